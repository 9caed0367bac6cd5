"""Who will receive a note, and who is asked after whom when nobody answers."""

from typing import Any

from flask_babel import gettext as _

from contracts.errors import Problem
from gateway.ask import ask
from gateway.pages.labels import RUNGS
from gateway.parts import parts

# The page comes without the order while it cannot be told.
_PATIENCE_S = 2.0


def described(receiver: dict[str, Any]) -> dict[str, Any]:
    """Return the receiver with names: {"office", "name", "words"}."""
    office_id, account_id = receiver.get("office_id"), receiver.get("account_id")
    office = parts().names.offices([office_id, receiver.get("desk_id")])
    name = parts().names.people([account_id]).get(account_id or "", "")
    known = office.get(office_id or receiver.get("desk_id") or "", {})
    words = (
        _("%(office)s %(name)s 様", office=known.get("name", ""), name=name)
        if name
        else known.get("name", "")
    )
    return {"office": known, "name": name, "words": words.strip(), "is_desk": not office_id}


def ladders_to_come(receiver: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return by urgency the rungs in order as {"role", "who"}; who is unknown stays empty.

    Without urgency ("") where both ask in the same order; nothing while notify is away.
    """
    try:
        asked = {"desk_id": receiver.get("desk_id")}
        orders = ask("notify", "get_orders", asked, timeout_s=_PATIENCE_S)["orders"]
    except Problem:
        return {}
    told = _who(receiver)
    found = {
        name.rpartition(".")[2]: [{"role": str(RUNGS[role]), "who": told[role]} for role in order]
        for name, order in orders.items()
    }
    first, *others = found.values()
    return {"": first} if all(other == first for other in others) else found


def _who(receiver: dict[str, Any]) -> dict[str, str]:
    staff = _staff(receiver.get("office_id"))
    names = {one["account_id"]: one["name"] for one in staff}
    first = next((one for one in staff if one["account_id"] == receiver.get("account_id")), {})
    manager = next((one for one in staff if one.get("is_manager")), {})
    known = parts().names.offices([receiver.get("office_id"), receiver.get("desk_id")])
    return {
        "care_manager": _named(first.get("name", "")),
        "deputy": _named(names.get(first.get("deputy_id") or "", "")),
        # Who it will be is known when the rung is asked.
        "on_duty": "",
        "office_manager": _named(manager.get("name", "")),
        "office": known.get(receiver.get("office_id") or "", {}).get("name", ""),
        "desk": known.get(receiver.get("desk_id") or "", {}).get("name", ""),
    }


def _named(name: str) -> str:
    return _("%(name)s 様", name=name) if name else ""


def _staff(office_id: str | None) -> list[dict[str, Any]]:
    if not office_id:
        return []
    try:
        return ask("accounts", "list_staff", {"office_id": office_id}, timeout_s=2)["staff"]
    except Problem:
        return []
