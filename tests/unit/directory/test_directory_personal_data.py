from chassis.db import service_metadata
from services.directory.models import metadata
from services.directory.personal_data import IMPERSONAL, PERSONAL

CHASSIS = set(service_metadata().tables)


def test_every_table_is_in_the_register():
    assert {*PERSONAL, *IMPERSONAL} == set(metadata.tables) - CHASSIS


def test_every_column_of_the_register_exists():
    for table, columns in PERSONAL.items():
        assert set(columns) <= set(metadata.tables[table].columns.keys())


def test_a_column_about_a_person_is_registered_or_public_business_data():
    about_people = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if table.name not in CHASSIS | set(IMPERSONAL)
        if column.name.endswith(("name", "phone", "fax", "email", "_by"))
    }

    assert about_people <= {f"{table}.{column}" for table, columns in PERSONAL.items() for column in columns}
