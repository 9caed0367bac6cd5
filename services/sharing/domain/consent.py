"""When a consent to share is valid, and what it covers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from contracts.errors import Invalid
from services.sharing.domain.days import day_of

PURPOSE = "home_care_coordination"
NOTE, STAY = "discharge_note", "stay"
SCOPES = (NOTE, STAY)


def is_valid(consent: Mapping[str, Any], at: datetime) -> bool:
    """Return whether a consent is in force at a moment: both its days count, and a withdrawal is at once."""
    if consent["withdrawn_at"] is not None:
        return False
    return bool(consent["valid_from"] <= day_of(at) <= consent["valid_until"])


def check(request: dict[str, Any]) -> None:
    """Raise Invalid when a consent that is to be recorded makes no sense."""
    errors: dict[str, list[str]] = {}
    if request["valid_until"] < request["valid_from"]:
        errors["valid_until"] = ["before_start"]
    if not request["scope"] or set(request["scope"]) - set(SCOPES):
        errors["scope"] = ["not_a_choice"]
    if request["purpose"] != PURPOSE:
        errors["purpose"] = ["not_a_choice"]
    if errors:
        raise Invalid("consent", errors)


def in_force(consents: list[dict[str, Any]], at: datetime) -> dict[str, Any] | None:
    """Return the valid consent that lasts longest, or None."""
    valid = [consent for consent in consents if is_valid(consent, at)]
    return max(valid, key=_until, default=None)


def _until(consent: dict[str, Any]) -> date:
    until: date = consent["valid_until"]
    return until
