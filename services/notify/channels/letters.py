"""What a letter outside says: office, kind, code and link. It has no place for a person.

The words are text files in `templates/`; a test holds that they ask for nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

KINDS = {
    "ja": {"discharge_note": "退院・退所の連絡"},
    "en": {"discharge_note": "discharge note"},
}
_SOMEBODY = {"ja": "連携先", "en": "A partner office"}


@dataclass(frozen=True)
class Letter:
    """A subject and a body."""

    subject: str
    body: str


def write_letter(*, office: str, kind: str, code: str, link: str) -> Letter:
    """Return the letter about a handoff; `office` is the public name of the sending office."""
    words = {"office": office or _SOMEBODY["ja"], "kind": KINDS["ja"][kind], "code": code, "link": link}
    return _letter(kind, words)


def write_several(shown: Sequence[Mapping[str, str]], *, count: int, link: str) -> Letter:
    """Return one letter about `count` handoffs, of which those `shown` are told with code and link."""
    lines = _lines([f"{one['code']}  {one['link']}" for one in shown], count)
    return _letter("several", {"count": str(count), "code": lines, "link": link})


def write_digest(codes: Sequence[str], *, count: int, link: str) -> Letter:
    """Return the letter of a day about `count` handoffs that wait for one reader."""
    return _letter("digest", {"count": str(count), "code": _lines(codes, count), "link": link})


def write_list(codes: Sequence[str], *, count: int, link: str) -> Letter:
    """Return the letter of a day about `count` handoffs of a desk that nobody has answered."""
    return _letter("list", {"count": str(count), "code": _lines(codes, count), "link": link})


def write_webhook_letter(*, webhook_id: str, public_url: str) -> Letter:
    """Return the letter to a manager about a webhook that is in trouble."""
    return _letter("webhook", {"link": f"{public_url}/office/systems/webhooks/{webhook_id}"})


def write_notice(*, language: str, office: str, kind: str, code: str) -> Letter:
    """Return what a browser shows outside of its pages: a line or two, readable for whoever passes."""
    words = {"office": office or _SOMEBODY[language], "kind": KINDS[language][kind], "code": code}
    return _letter(f"notice.{language}", words)


def write_notice_of_several(*, language: str, count: int) -> Letter:
    """Return what a browser shows of several handoffs at once."""
    return _letter(f"several_notice.{language}", {"count": str(count)})


def write_test_notice(language: str) -> Letter:
    """Return a notice by which somebody sees that notices arrive. It is about nothing."""
    return _letter(f"test_notice.{language}", {})


def write_test() -> Letter:
    """Return a letter by which somebody sees that letters arrive. It is about nothing."""
    return _letter("test", {})


def _lines(shown: Sequence[str], count: int) -> str:
    more = [f"ほか {count - len(shown)}件"] if count > len(shown) else []
    return "\n".join([*shown, *more])


def _letter(template: str, words: dict[str, str]) -> Letter:
    subject, _, body = _template(template).substitute(words).partition("\n\n")
    return Letter(subject.strip(), body)


@lru_cache
def _template(kind: str) -> Template:
    file = Path(__file__).parent / "templates" / f"{kind}.txt"
    return Template(file.read_text(encoding="utf-8"))
