"""A code beside the password: turning it on, signing in with it, losing it, guessing it."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from chassis.db import Database
from chassis.key_ring import KeyRing, ring_of
from chassis.migrate import differences
from contracts.errors import Conflict, Invalid, NotFound, NotSignedIn, Problem, TooMany
from services.accounts import second_factor
from tests.service.accounts.apps import App
from tests.service.accounts.conftest import PASSWORD
from tests.support.eventually import eventually
from tsunagi import key_rings

HERE, THERE = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def morning(town):
    town.stack.clock.set("2026-11-24 10:00")
    for table in (
        "recovery_code",
        "second_factor_move",
        "second_factor",
        "sign_in_step",
        "sign_in_attempt",
        "sign_in_place",
        "sign_in_known",
    ):
        town.database.execute(f"DELETE FROM {table}")
    town.database.execute("UPDATE account SET second_factor_reset_at = NULL")


@pytest.fixture
def app(town):
    return App(town, town.aoki)


def test_the_tables_are_those_of_the_models(town):
    assert differences("accounts", town.stack.instance.database_url("accounts")) == []


def test_a_right_code_completes_the_sign_in(town, app):
    answer = app.answer(app.code())

    session = answer["session"]
    assert session["session"] == sha256(answer["token"].encode()).hexdigest()
    assert (session["name"], session["must_add_second_factor"]) == ("Aoki", False)
    assert town.ask("get_session", {"session": session["session"]}) == session


def test_a_step_opens_no_session(town, app):
    step = app.step()

    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": step})


def test_secret_codes_and_tokens_are_stored_nowhere_as_they_are(town, app):
    token = town.sign_in("aoki")["token"]

    for text in (app.secret, app.address, token, *app.codes, app.codes[0].replace("-", "")):
        assert town.database.holding(text) == []


def test_what_was_set_up_but_never_confirmed_is_not_asked_for(town):
    session = town.session_of("baba")
    town.ask("set_up_second_factor", {"present": PASSWORD}, town.baba.caller(session))

    assert town.sign_in("baba")["session"]["name"] == "Baba"


def test_setting_up_needs_the_password_and_confirming_a_code(town):
    caller = town.baba.caller(town.session_of("baba"))

    with pytest.raises(Invalid) as wrong_password:
        town.ask("set_up_second_factor", {"present": "wrong"}, caller)
    with pytest.raises(Conflict, match="second_factor_not_begun"):
        town.ask("confirm_second_factor", {"code": "123456"}, caller)
    town.ask("set_up_second_factor", {"present": PASSWORD}, caller)
    with pytest.raises(Invalid) as wrong_code:
        town.ask("confirm_second_factor", {"code": "12345"}, caller)

    assert wrong_password.value.fields == {"present": ["wrong_password"]}
    assert wrong_code.value.fields == {"code": ["wrong_code"]}


def test_one_code_opens_once_however_many_try_it_at_the_same_moment(town, app):
    steps, code = [app.step() for _ in range(4)], app.code()

    def attempt(step):
        try:
            return app.answer(code, step)["session"]["name"]
        except Problem as problem:
            return problem.fields["code"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, steps))

    assert sorted(answers, key=str) == sorted(["Aoki", *[["wrong_code"]] * 3], key=str)


def test_a_recovery_code_opens_once(town, app):
    assert app.answer(app.codes[0].lower().replace("-", " "))["session"]["name"] == "Aoki"

    with pytest.raises(Invalid):
        app.answer(app.codes[0])
    assert app.ask("get_second_factor", {})["codes_left"] == 9
    logged = "SELECT count(*) FROM access_log WHERE action = 'recovery_code_used'"
    assert town.database.scalar(logged) == 1


def test_a_step_is_over_after_ten_minutes_and_after_its_use(app):
    late, used = app.step(), app.step()
    app.answer(app.code(), used)
    app.wait()

    with pytest.raises(NotSignedIn, match="step_over"):
        app.answer(app.code(), used)
    app.wait(600)
    with pytest.raises(NotSignedIn, match="step_over"):
        app.answer(app.code(), late)


def test_a_step_ends_when_its_person_is_suspended(town, app):
    step = app.step()

    town.ask("suspend_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())
    town.ask("restore_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())

    with pytest.raises(NotSignedIn, match="step_over"):
        app.answer(app.code(), step)


def test_turning_it_on_ends_what_was_signed_in_without_it(town):
    before = town.session_of("aoki")

    app = App(town, town.aoki)

    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": before})
    assert town.ask("get_session", {"session": app.session})["name"] == "Aoki"


def test_turning_it_off_needs_password_and_code(town, app):
    for wrong in ({"present": "wrong", "code": app.code()}, {"present": PASSWORD, "code": "no-such-code"}):
        with pytest.raises(Invalid):
            app.ask("end_second_factor", wrong)

    app.ask("end_second_factor", {"present": PASSWORD, "code": app.code()})

    assert town.sign_in("aoki")["session"]["name"] == "Aoki"
    assert app.ask("get_second_factor", {}) == {
        "is_on": False, "is_required": False, "since": None, "codes_left": 0,
    }  # fmt: skip
    with pytest.raises(Conflict, match="second_factor_is_off"):
        app.ask("renew_recovery_codes", {"present": PASSWORD, "code": "123456"})


def test_new_recovery_codes_take_the_place_of_the_old(app):
    codes = app.ask("renew_recovery_codes", {"present": PASSWORD, "code": app.code()})["recovery_codes"]

    with pytest.raises(Invalid):
        app.answer(app.codes[0])
    assert app.answer(codes[9])["session"]["name"] == "Aoki"


def test_guessed_codes_are_slowed_down_up_to_an_hour_and_nobody_else_is_needed(town, app):
    step, waits = app.step(), []
    for _ in range(24):
        try:
            app.answer("000000", step)
        except TooMany as refused:
            waits.append(refused.fields["retry_after_s"])
            app.wait(waits[-1])
            step = app.step()
        except Invalid:
            pass

    assert waits == sorted(waits)
    assert (waits[0] <= 5, waits[-1] > 300) == (True, True)
    app.wait(3600)
    assert app.answer(app.code())["session"]["name"] == "Aoki"


def test_a_strangers_guesses_do_not_hold_up_whoever_is_at_home(town, app):
    app.answer(app.code(), place=HERE)
    app.wait()
    # A password first, then codes, from somewhere else.
    for _ in range(8):
        with pytest.raises(NotSignedIn):
            town.sign_in("aoki", "wrong", THERE)
    step = sha256(town.sign_in("aoki", place=HERE)["token"].encode()).hexdigest()
    for _ in range(8):
        with pytest.raises(Invalid):
            app.answer("000000", step, THERE)
    with pytest.raises(TooMany):
        town.sign_in("aoki", place=THERE)
    with pytest.raises(TooMany):
        app.answer(app.code(), step, THERE)

    assert app.answer(app.code(), step, HERE)["session"]["name"] == "Aoki"


def test_the_present_password_asked_again_is_slowed_down_without_shutting_the_door(town):
    caller = town.ota.caller(town.session_of("ota"))
    for _ in range(8):
        with pytest.raises(Invalid):
            town.ask("set_up_second_factor", {"present": "wrong"}, caller)

    with pytest.raises(TooMany):
        town.ask("set_password", {"present": PASSWORD, "password": "Yama-to-hashi 77"}, caller)
    assert town.sign_in("ota")["session"]["name"] == "Ota"


def test_the_manager_resets_it_for_own_staff_who_are_told(town, app):
    asked = {"membership_id": town.aoki.membership_id}

    entry = town.ask("reset_second_factor", asked, town.takahashi.caller())

    assert entry["has_second_factor"] is False
    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": app.session})
    session = town.sign_in("aoki")["session"]
    assert session["second_factor_reset_at"] is not None
    town.ask("note_reset_seen", {}, town.aoki.caller(session["session"]))
    assert town.ask("get_session", {"session": session["session"]})["second_factor_reset_at"] is None
    logged = "SELECT ids FROM access_log WHERE action = 'second_factor_reset'"
    assert town.database.rows(logged) == [{"ids": [town.aoki.account_id]}]


def test_nobody_else_resets_it_nor_a_manager_their_own(town, app):
    asked = {"membership_id": town.aoki.membership_id}

    with pytest.raises(NotFound):
        town.ask("reset_second_factor", asked, town.ota.caller())
    with pytest.raises(Problem, match="role"):
        town.ask("reset_second_factor", asked, town.aoki.caller())
    with pytest.raises(Conflict, match="not_yourself"):
        town.ask(
            "reset_second_factor", {"membership_id": town.takahashi.membership_id}, town.takahashi.caller()
        )
    assert town.ask("list_staff", {"office_id": town.sakura}, town.takahashi.caller())["staff"][1][
        "has_second_factor"
    ]


def test_after_a_rotation_everything_is_encrypted_with_the_new_key(town, app):
    folder = town.stack.instance.folder / "keys"
    old = ring_of(folder / "accounts" / key_rings.FILE)
    new = KeyRing.of_text(_rotated(folder))
    db = Database(town.stack.instance.database_url("accounts"), pool_size=1)
    with db.begin() as tx:
        moved = second_factor.close_anew(tx, new)
        again = second_factor.close_anew(tx, new)
    db.close()

    assert (moved, again) == (1, 0)
    # The service, which has the old key only, cannot read it before it is started anew.
    [row] = town.database.rows("SELECT closed_with FROM second_factor")
    assert row["closed_with"] == new.name != old.name


def test_one_that_no_key_opens_keeps_no_other_from_being_encrypted_anew(town, app):
    first = str(town.database.scalar("SELECT account_id FROM account ORDER BY account_id LIMIT 1"))
    lost = first if first != app.who.account_id else town.takahashi.account_id
    town.database.execute(
        "INSERT INTO second_factor (account_id, secret, closed_with, begun_at, confirmed_at, last_step)"
        " SELECT :lost, 'of a lost key', closed_with, begun_at, confirmed_at, 0 FROM second_factor",
        lost=lost,
    )
    folder = town.stack.instance.folder / "keys"
    new = KeyRing.of_text(_rotated(folder))
    db = Database(town.stack.instance.database_url("accounts"), pool_size=1)
    with db.begin() as tx:
        moved = second_factor.close_anew(tx, new)
    db.close()

    assert moved == 1
    closed = "SELECT closed_with FROM second_factor WHERE account_id = :id"
    assert town.database.scalar(closed, id=app.who.account_id) == new.name


def _rotated(folder):
    path = folder / "accounts" / key_rings.FILE
    before = path.read_text()
    key_rings.rotate(folder)
    after = path.read_text()
    path.write_text(before)
    return after


def test_sign_ins_that_were_never_completed_are_forgotten(town, app):
    app.step()
    app.wait(601)

    eventually(lambda: town.database.scalar("SELECT count(*) FROM sign_in_step") == 0, 20)
