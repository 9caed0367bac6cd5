"""Each service's register of personal data against its tables: nothing about a person is forgotten."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Table

from chassis import personal_data
from chassis.tables import service_metadata
from chassis.topology import SERVICES

OF_CHASSIS = set(service_metadata().tables)
OWNERS = ("chassis", *SERVICES)
# Ids, moments, numbers and flags tell of nobody by themselves; every other column has to be named.
_SILENT = ("Id", "Moment", "Boolean", "Integer", "BigInteger")

# Columns that hold codes, the names of offices, or lists of ids.
KNOWN = {
    "chassis": """
        access_log.role access_log.action access_log.kind done_once.key done_once.method done_once.body_hash
        inbox.handler job.kind job.payload job.state job.result job.reason outbox.routing_key outbox.envelope
    """,
    "accounts": """
        account.language api_key.scopes invitation_mail.reason membership.municipality membership.role
        notice.kind second_factor.closed_with staffing.municipality
    """,
    "directory": "contact.purpose office_hours.weekly office_hours.closed_days",
    "sharing": """
        consent.purpose consent.scope handoff.code handoff.municipality handoff.state handoff.urgency
        handoff.from_office_name handoff.changed handoff.rungs handoff_event.state note.form note_draft.form
        office.members person.municipality stay.municipality stay.state team_member.role
    """,
    "events": "conference.municipality conference.state",
    "notify": """
        alert.municipality alert.code alert.urgency alert.ended_as alert.rungs delivery.channel
        delivery.state delivery.reason inbox_item.reader inbox_item.kind inbox_item.about inbox_item.role
        link.token_hash office.name office.hours office.staffing phone_call.outcome reader.reader
        channel_rank.channel channel_rank.urgency channel_test.channel channel_test.reason
        device.closed_with device.language rule_version.rule rule_version.content taking.what
        webhook.url webhook.states webhook.secret webhook.state webhook_event.what
        webhook_delivery.code webhook_delivery.what webhook_delivery.state webhook_delivery.reason
        wish.content wish.digest_at burst.channel desk_list.lists_at
        daily_turn.kind daily_turn.day daily_letter.kind daily_letter.day daily_letter.state
        daily_letter.reason fax_sheet.code_hash fax_sheet.outcome receipt.channel office.rota duty_swap.answer
    """,
}


def register(owner: str) -> Any:
    return personal_data if owner == "chassis" else import_module(f"services.{owner}.personal_data")


def by_id_only(owner: str) -> tuple[str, ...]:
    return getattr(register(owner), "BY_ID_ONLY", ())


def tables(owner: str) -> dict[str, Table]:
    if owner == "chassis":
        return dict(service_metadata().tables)
    found = import_module(f"services.{owner}.models").metadata.tables
    return {name: table for name, table in found.items() if name not in OF_CHASSIS}


def telling(owner: str) -> Iterable[str]:
    """Yield the columns that can hold words, in tables that are about people."""
    told = register(owner)
    for name, table in tables(owner).items():
        if name not in told.IMPERSONAL:
            for column in table.columns:
                if type(column.type).__name__ not in _SILENT:
                    yield f"{name}.{column.name}"


@pytest.mark.parametrize("owner", OWNERS)
def test_every_table_is_in_one_section_of_the_register(owner: str) -> None:
    told = register(owner)

    assert sorted([*told.PERSONAL, *by_id_only(owner), *told.IMPERSONAL]) == sorted(tables(owner))


@pytest.mark.parametrize("owner", OWNERS)
def test_every_registered_column_exists(owner: str) -> None:
    for name, columns in register(owner).PERSONAL.items():
        assert set(columns) <= set(tables(owner)[name].columns.keys()), name


@pytest.mark.parametrize("owner", OWNERS)
def test_every_column_that_can_hold_words_is_registered_or_known_to_tell_of_nobody(owner: str) -> None:
    registered = {
        f"{name}.{column}" for name, columns in register(owner).PERSONAL.items() for column in columns
    }

    assert set(telling(owner)) - registered == set(KNOWN[owner].split())
