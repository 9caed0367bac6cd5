"""Who of an office is at a handoff, as pages show it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gateway.ask import caller
from gateway.parts import parts


@dataclass(frozen=True)
class Holder:
    """Who is at a handoff, as a page shows it. `name` is empty when it is nobody."""

    handoff_id: str
    code: str
    name: str
    is_me: bool
    since: str | None
    may: list[str]


def holder_of(holding: dict[str, Any]) -> Holder:
    """Return the holder of an inbox item or of a `Holding`."""
    held_by = holding.get("held_by")
    return Holder(
        handoff_id=holding["handoff_id"],
        code=holding["code"],
        # A name that cannot be found now must not look like nobody.
        name=parts().names.people([held_by]).get(held_by, _("同じ事業所の人")) if held_by else "",
        is_me=held_by == caller().account_id,
        since=holding.get("held_since"),
        may=holding.get("may") or [],
    )
