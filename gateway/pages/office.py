"""職員と代わり: who works here, who stands in, who is away, who may sign in."""

from typing import Any

from flask import render_template

from contracts.errors import NotFound
from contracts.roles import STAFF_ROLES
from gateway.ask import ask, caller, signed_in
from gateway.language import LANGUAGES
from gateway.pages.blueprint import pages
from gateway.pages.labels import ROLES
from gateway.pages.settings import deputy_options
from gateway.pages.submitting import Outcome

# Roles that an office's manager hands out; the others are the city's to give.
OFFICE_ROLES = tuple(
    role for role in STAFF_ROLES if role not in ("municipal", "operator", "auditor", "emergency")
)


@pages.get("/office")
@signed_in("office_manager", "care_manager")
def staff() -> str:
    """List the staff of my office."""
    return staff_page()


def staff_page() -> str:
    """Return the list; only the manager finds what changes it."""
    answer = ask("accounts", "list_staff", {"office_id": caller().office_id})
    members = answer["staff"]
    return render_template(
        "staff_list.html",
        office=answer["office"],
        members=members,
        names={one["account_id"]: one["name"] for one in members},
        is_manager=caller().role == "office_manager",
        mine=caller().account_id,
    )


@pages.get("/office/staff/new")
@signed_in("office_manager")
def new_staff() -> str:
    """Show the form to add somebody."""
    return new_staff_page({"role": "care_manager"}, Outcome())


def new_staff_page(values: dict[str, Any], outcome: Outcome) -> str:
    """Return the form, with what was typed and what is wrong."""
    roles = [(role, str(ROLES[role])) for role in OFFICE_ROLES]
    told = {"values": values, "outcome": outcome, "roles": roles, "languages": LANGUAGES}
    return render_template("staff_new.html", **told)


@pages.get("/office/staff/<membership_id>")
@signed_in("office_manager")
def staff_member(membership_id: str) -> str:
    """Show one member with everything that can be arranged."""
    return member_page(membership_id, {}, Outcome())


def member_page(membership_id: str, values: dict[str, Any], outcome: Outcome) -> str:
    """Return one member's page, with what was typed and what is wrong."""
    members = ask("accounts", "list_staff", {"office_id": caller().office_id})["staff"]
    found = next((one for one in members if one["membership_id"] == membership_id), None)
    if found is None:
        raise NotFound("membership")
    others = [one for one in members if one["account_id"] != found["account_id"] and one["state"] == "active"]
    return render_template(
        "staff_member.html",
        one=found,
        deputy_options=deputy_options(others),
        names={one["account_id"]: one["name"] for one in members},
        values=values,
        outcome=outcome,
        is_me=found["account_id"] == caller().account_id,
    )
