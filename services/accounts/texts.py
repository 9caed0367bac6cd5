"""Every text of accounts as it goes out, written by what sends it, for an office that there is not."""

from collections.abc import Iterator
from typing import Any

from chassis.letters import Letter
from contracts.texts import LANGUAGES
from services.accounts.letters import KINDS, write_invitation, write_notice

_OFFICE = "架空ケアプランセンター"
_CODE = "XXXX-XXXX-XXXX-XXXX"


def samples(public_url: str) -> list[dict[str, Any]]:
    """Return them as SampleText; an invitation's code stands there as it looks, and opens nothing."""
    return [
        {"channel": "email", "text": name, "language": language, "subject": one.subject, "body": one.body}
        for language in LANGUAGES
        for name, one in _texts(language, public_url)
    ]


def _texts(language: str, public_url: str) -> Iterator[tuple[str, Letter]]:
    about = {"language": language, "public_url": public_url}
    yield "invitation", write_invitation(office=_OFFICE, code=_CODE, **about)
    for kind in KINDS:
        yield f"notice.{kind}", write_notice(kind=kind, **about)
