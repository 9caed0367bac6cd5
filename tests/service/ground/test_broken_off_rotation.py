"""Changing the database administrator's password was broken off: the next start finds the right one."""

import psycopg
import pytest

from tests.support.contained import needs_programs
from tsunagi.servers.postgres import ADMIN, Postgres
from tsunagi.servers.process import free_ports

pytestmark = needs_programs
OLD, NEW = "an old password", "a new password"


@pytest.fixture
def server(machine, tmp_path):
    """A server of its own, to which the new password was told and no file."""
    if machine.pattern.is_embedded:
        pytest.skip("an embedded instance has no passwords")
    started = Postgres(tmp_path / "postgres", *free_ports(1), OLD, fast=True)
    started.launch()
    started.wait_ready()
    started.add_role(ADMIN, NEW)
    yield started
    started.halt()


def test_the_server_is_entered_with_the_password_that_it_has(server):
    known = Postgres(server.folder, server.port, OLD, following=NEW)

    known.settle()

    assert (known.password, known.following) == (NEW, OLD)


def test_a_change_that_never_reached_the_server_is_forgotten(server):
    known = Postgres(server.folder, server.port, NEW, following="never told")

    known.settle()

    assert known.password == NEW


def test_with_neither_it_is_refused_and_both_are_kept(server):
    known = Postgres(server.folder, server.port, OLD, following="wrong, too")

    with pytest.raises(psycopg.OperationalError):
        known.settle()

    assert (known.password, known.following) == (OLD, "wrong, too")
