"""What goes wrong for reasons of the user's is said in a line; what is our fault is not hidden."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from chassis.config import BadSettings
from tsunagi.complaints import spoken


def test_a_setting_that_is_wrong_is_said_in_a_line(capsys):
    with pytest.raises(SystemExit) as left, spoken():
        raise BadSettings("TSUNAGI_X is missing")

    assert left.value.code == 1
    assert capsys.readouterr().err == "TSUNAGI_X is missing\n"


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all.db"]
)
def test_a_database_that_is_not_there_is_said_without_the_statement(capsys, url):
    with pytest.raises(SystemExit), spoken(), create_engine(url).connect() as tx:
        tx.execute(text("SELECT 'somebody'"))

    said = capsys.readouterr().err
    assert said.startswith("The database cannot be used now: ")
    assert said.count("\n") == 1
    assert "SELECT" not in said


def test_the_driver_s_own_error_is_said_too(capsys):
    with pytest.raises(SystemExit), spoken():
        psycopg.connect("host=127.0.0.1 port=1 dbname=none", connect_timeout=2)

    assert capsys.readouterr().err.startswith("The database cannot be used now: ")


def test_a_fault_of_ours_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError), spoken():
        print(1 / 0)
