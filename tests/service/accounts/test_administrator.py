import pytest

from chassis.auth import Caller
from chassis.ids import new_id
from contracts.errors import Invalid
from services.accounts.administrator import add_administrator


def added(town, login, role="operator", office_id=None):
    return add_administrator(
        town.stack.instance.database_url("accounts"),
        name="石田 亮",
        login=login,
        office_id=office_id or town.hall,
        municipality="999997",
        role=role,
    )


def test_the_first_administrator_signs_in_and_has_to_change_the_password(town):
    password = added(town, "first")

    session = town.sign_in("first", password)["session"]

    assert session["must_change_password"] is True
    assert session["acting"]["role"] == "operator"
    assert town.staffed(town.hall)["data"]["members"][-1]["account_id"] == session["account_id"]


def test_a_changed_password_need_not_be_changed_again(town):
    password = added(town, "second")
    session = town.sign_in("second", password)["session"]
    caller = Caller(account_id=session["account_id"], role="operator", session=session["session"])

    town.ask("set_password", {"present": password, "password": "Yama-to-hashi 77"}, caller)

    assert town.ask("get_session", {"session": session["session"]})["must_change_password"] is False


def test_a_manager_from_the_command_line_manages_the_office(town):
    office_id = new_id()
    password = added(town, "third", role="office_manager", office_id=office_id)

    session = town.sign_in("third", password)["session"]

    assert town.staffed(office_id)["data"]["manager_id"] == session["account_id"]


def test_a_login_that_is_taken_is_refused(town):
    with pytest.raises(Invalid):
        added(town, "aoki")


def test_a_login_that_cannot_be_typed_is_refused(town):
    with pytest.raises(Invalid) as refused:
        added(town, "Ishida Ryo")

    assert refused.value.fields == {"login": ["bad_login"]}


def test_the_stored_password_of_an_administrator_is_a_hash(town):
    password = added(town, "fourth")

    assert (
        town.database.scalar(
            "SELECT count(*) FROM account WHERE password_hash LIKE :text", text=f"%{password}%"
        )
        == 0
    )
