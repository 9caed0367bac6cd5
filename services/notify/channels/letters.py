"""What a letter outside says: office, kind, code and link. It has no place for a person.

The words are text files in `templates/`, in each language; a test holds that they ask for nothing else.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from chassis.letters import Letter, Texts

KINDS = {
    "ja": {"discharge_note": "退院・退所の連絡"},
    "en": {"discharge_note": "discharge note"},
}
_SOMEBODY = {"ja": "連携先", "en": "a partner office"}
_MORE = {"ja": "ほか {more}件", "en": "and {more} more"}

TEXTS = Texts(Path(__file__).parent / "templates")


def write_letter(*, language: str, office: str, kind: str, code: str, link: str) -> Letter:
    """Return the letter about a handoff; `office` is the public name of the sending office."""
    return TEXTS.write("discharge_note", language, **_about(language, office, kind), code=code, link=link)


def write_several(shown: Sequence[Mapping[str, str]], *, language: str, count: int, link: str) -> Letter:
    """Return one letter about `count` handoffs, of which those `shown` are told with code and link."""
    return _listed("several", language, [f"{one['code']}  {one['link']}" for one in shown], count, link)


def write_digest(codes: Sequence[str], *, language: str, count: int, link: str) -> Letter:
    """Return the letter of a day about `count` handoffs that wait for one reader."""
    return _listed("digest", language, codes, count, link)


def write_list(codes: Sequence[str], *, language: str, count: int, link: str) -> Letter:
    """Return the letter of a day about `count` handoffs of a desk that nobody has answered."""
    return _listed("list", language, codes, count, link)


def write_webhook_letter(*, language: str, webhook_id: str, public_url: str) -> Letter:
    """Return the letter to a manager about a webhook that is in trouble."""
    return TEXTS.write("webhook", language, link=f"{public_url}/office/systems/webhooks/{webhook_id}")


def write_notice(*, language: str, office: str, kind: str, code: str) -> Letter:
    """Return what a browser shows outside of its pages: a line or two, readable for whoever passes."""
    return TEXTS.write("notice", language, **_about(language, office, kind), code=code)


def write_notice_of_several(*, language: str, count: int) -> Letter:
    """Return what a browser shows of several handoffs at once."""
    return TEXTS.write("several_notice", language, count=str(count))


def write_test_notice(language: str) -> Letter:
    """Return a notice by which somebody sees that notices arrive. It is about nothing."""
    return TEXTS.write("test_notice", language)


def write_test(language: str) -> Letter:
    """Return a letter by which somebody sees that letters arrive. It is about nothing."""
    return TEXTS.write("test", language)


def _about(language: str, office: str, kind: str) -> dict[str, str]:
    return {"office": office or _SOMEBODY[language], "kind": KINDS[language][kind]}


def _listed(name: str, language: str, shown: Sequence[str], count: int, link: str) -> Letter:
    more = [_MORE[language].format(more=count - len(shown))] if count > len(shown) else []
    return TEXTS.write(name, language, count=str(count), code="\n".join([*shown, *more]), link=link)
