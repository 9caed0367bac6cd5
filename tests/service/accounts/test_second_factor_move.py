"""A second factor goes to another phone by its person alone, without a moment in which none counts."""

import pyotp
import pytest

from contracts.errors import Conflict, Invalid, NotSignedIn
from tests.service.accounts.apps import App
from tests.service.accounts.conftest import PASSWORD


@pytest.fixture
def app(town):
    town.stack.clock.set("2026-11-24 10:00")
    for table in ("recovery_code", "second_factor_move", "second_factor", "sign_in_step", "sign_in_attempt"):
        town.database.execute(f"DELETE FROM {table}")
    # Somebody whose role must have one in a real instance, and whom no manager could reset.
    return App(town, town.ishida)


def begin(app, code=None):
    return app.ask("begin_second_factor_move", {"present": PASSWORD, "code": code or app.code()})["secret"]


def code_of(app, secret):
    return pyotp.TOTP(secret).at(app.town.stack.clock.now())


def test_the_new_phone_counts_from_its_first_right_code_on(town, app):
    elsewhere = app.answer(app.code())["session"]["session"]
    app.wait()
    secret = begin(app)
    app.wait()

    codes = app.ask("confirm_second_factor_move", {"code": code_of(app, secret)})["recovery_codes"]

    app.wait()
    with pytest.raises(Invalid):
        app.answer(app.code())
    with pytest.raises(Invalid):
        app.answer(app.codes[0])
    assert app.answer(code_of(app, secret))["session"]["name"] == "Ishida"
    assert app.answer(codes[0])["session"]["name"] == "Ishida"
    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": elsewhere})
    assert town.ask("get_session", {"session": app.session})["must_add_second_factor"] is False
    logged = "SELECT count(*) FROM access_log WHERE action = 'second_factor_moved'"
    assert town.database.scalar(logged) == 1


def test_until_then_the_present_phone_counts_and_nothing_else(app):
    secret = begin(app)
    app.wait()

    with pytest.raises(Invalid):
        app.answer(code_of(app, secret))
    assert app.answer(app.code())["session"]["name"] == "Ishida"
    assert app.answer(app.codes[0])["session"]["name"] == "Ishida"


def test_it_is_begun_by_a_recovery_code_where_the_phone_is_lost(app):
    secret = begin(app, app.codes[0])

    assert len(app.ask("confirm_second_factor_move", {"code": code_of(app, secret)})["recovery_codes"]) == 10


@pytest.mark.parametrize(("present", "code"), [("wrong", None), (PASSWORD, "000000")])
def test_it_needs_the_password_and_a_code(app, present, code):
    with pytest.raises(Invalid):
        app.ask("begin_second_factor_move", {"present": present, "code": code or app.code()})
    with pytest.raises(Conflict, match="second_factor_not_begun"):
        app.ask("confirm_second_factor_move", {"code": "123456"})


def test_a_wrong_code_of_the_new_phone_changes_nothing(app):
    secret = begin(app)
    app.wait()

    with pytest.raises(Invalid):
        app.ask("confirm_second_factor_move", {"code": app.code()})
    assert app.ask("confirm_second_factor_move", {"code": code_of(app, secret)})["recovery_codes"]


def test_it_is_over_after_half_an_hour(app):
    secret = begin(app)
    app.wait(1801)

    with pytest.raises(Conflict, match="second_factor_not_begun"):
        app.ask("confirm_second_factor_move", {"code": code_of(app, secret)})


def test_the_secret_of_the_new_phone_is_stored_nowhere_as_it_is(town, app):
    assert town.database.holding(begin(app)) == []


def test_codes_out_of_a_backup_are_asked_to_be_made_anew_until_they_are(town, app):
    town.database.execute("UPDATE second_factor SET codes_restored_at = confirmed_at")
    before = town.ask("get_session", {"session": app.session})["must_renew_recovery_codes"]

    app.ask("renew_recovery_codes", {"present": PASSWORD, "code": app.code()})

    after = town.ask("get_session", {"session": app.session})["must_renew_recovery_codes"]
    assert (before, after) == (True, False)
