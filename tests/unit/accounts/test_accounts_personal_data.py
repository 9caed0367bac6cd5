from services.accounts.models import metadata
from services.accounts.personal_data import BY_ID_ONLY, IMPERSONAL, PERSONAL

CHASSIS = {"outbox", "inbox", "done_once", "access_log", "access_seal", "job", "instance_mark"}


def test_every_table_is_in_the_register():
    assert {*PERSONAL, *BY_ID_ONLY, *IMPERSONAL} == set(metadata.tables) - CHASSIS


def test_every_registered_column_exists():
    for table, columns in PERSONAL.items():
        assert set(columns) <= set(metadata.tables[table].columns.keys()), table


def test_free_text_columns_are_registered_or_known_to_hold_none():
    known = {
        *("membership.municipality", "membership.role", "staffing.municipality", "invitation_mail.reason"),
        *("office.municipality", "office.kind", "office.name"),
    }
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if table.name not in CHASSIS and type(column.type).__name__ in ("String", "Text")
    }
    registered = {f"{table}.{column}" for table, columns in PERSONAL.items() for column in columns}

    assert found - registered == known
