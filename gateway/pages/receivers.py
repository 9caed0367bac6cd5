"""Who will receive a note, and who is asked after whom when nobody answers."""

from typing import Any

from flask_babel import gettext as _

from contracts.errors import Problem
from gateway.ask import ask
from gateway.pages.labels import RUNGS
from gateway.parts import parts


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


def ladder_to_come(receiver: dict[str, Any]) -> list[dict[str, str]]:
    """Return the rungs in order as {"role", "who"}; who is unknown stays empty."""
    staff = _staff(receiver.get("office_id"))
    names = {one["account_id"]: one["name"] for one in staff}
    first = next((one for one in staff if one["account_id"] == receiver.get("account_id")), {})
    manager = next((one for one in staff if one.get("is_manager")), {})
    desk = parts().names.offices([receiver.get("desk_id")]).get(receiver.get("desk_id") or "", {})
    told = {
        "care_manager": first.get("name", ""),
        "deputy": names.get(first.get("deputy_id") or "", ""),
        "office_manager": manager.get("name", ""),
        "desk": desk.get("name", ""),
    }
    return [{"role": str(RUNGS[role]), "who": who} for role, who in told.items()]


def _staff(office_id: str | None) -> list[dict[str, Any]]:
    if not office_id:
        return []
    try:
        return ask("accounts", "list_staff", {"office_id": office_id}, timeout_s=2)["staff"]
    except Problem:
        return []
