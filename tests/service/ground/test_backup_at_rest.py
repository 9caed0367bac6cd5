"""The servers of an instance that rests are started for a backup, and nothing else is done to it."""

import pytest
from sqlalchemy import create_engine, inspect

from tests.support.contained import needs_programs
from tsunagi import instance as instances
from tsunagi.backup.reaching import to_back_up
from tsunagi.logins import add_databases, broker_definitions
from tsunagi.servers import pair
from tsunagi.servers.process import answers

pytestmark = needs_programs


@pytest.fixture
def resting(machine, tmp_path, monkeypatch):
    """An instance with databases, of a time before the first migration."""
    if machine.pattern.is_embedded:
        pytest.skip("an embedded instance has no servers")
    for name in machine.pattern.admin_environment():
        if name.startswith("TSUNAGI_"):
            # What the block sets goes again with the test.
            monkeypatch.setenv(name, "")
            monkeypatch.delenv(name)
    made = instances.ensure(machine.folder / tmp_path.name, "test")
    server = pair.make(made.folder, made.ports, made.passwords, broker_definitions(made)).postgres
    server.launch()
    server.wait_ready()
    add_databases(made, server)
    server.halt()
    return made


def test_a_resting_instance_is_read_as_it_is_and_rests_again(resting):
    with to_back_up(resting) as settings:
        tables = [inspect(create_engine(each.database_url)).get_table_names() for each in settings.values()]
        assert tables == [[]] * 5
        assert not answers(resting.ports["amqp"])

    assert not answers(resting.ports["postgres"])
