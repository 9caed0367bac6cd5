"""What mails of accounts say: an office, what happened and a link; never a person's name."""

from pathlib import Path

from chassis.letters import Letter, Texts

RESET, ADDED, MOVED, ENDED = "reset", "added", "moved", "ended"
CODE_USED, KEY_MADE = "code_used", "key_made"
KINDS = (RESET, ADDED, MOVED, ENDED, CODE_USED, KEY_MADE)
_WHAT = {
    "ja": {
        RESET: "二段階認証が、管理者によって解除されました。",
        ADDED: "二段階認証が、使われるようになりました。",
        MOVED: "二段階認証が、別のスマートフォンに移りました。",
        ENDED: "二段階認証が、使われなくなりました。",
        CODE_USED: "回復コードを使って、サインインがありました。",
        KEY_MADE: "あなたの名前で動く鍵（APIキー）が作られました。",
    },
    "en": {
        RESET: "A manager has ended your two-step sign-in.",
        ADDED: "Two-step sign-in is now in use for your account.",
        MOVED: "Your two-step sign-in has moved to another phone.",
        ENDED: "Two-step sign-in is no longer in use for your account.",
        CODE_USED: "Somebody signed in with one of your recovery codes.",
        KEY_MADE: "An API key that acts in your name has been made.",
    },
}
_PAGES = {KEY_MADE: "/settings#keys"}
_OFFICE = {"ja": "事業所", "en": "your office"}

TEXTS = Texts(Path(__file__).parent / "templates")


def write_invitation(*, language: str, office: str, code: str, public_url: str) -> Letter:
    """Return the mail with the code that sets a first or forgotten password."""
    link = f"{public_url}/invitation/{code}"
    return TEXTS.write("invitation", language, office=office or _OFFICE[language], link=link)


def write_notice(*, language: str, kind: str, public_url: str) -> Letter:
    """Return the mail that the way somebody signs in has changed."""
    link = public_url + _PAGES.get(kind, "/settings/second-factor")
    return TEXTS.write("notice", language, what=_WHAT[language][kind], link=link)
