import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from chassis.auth import Caller, Signer
from contracts.errors import AccessDenied, NotFound, NotSignedIn, Problem, TooMany
from tests.support.calls import a_service
from tests.support.eventually import eventually

PASSWORD = "Kawa-to-yama 42"


def refusal(town, login, password):
    with pytest.raises(Problem) as refused:
        town.sign_in(login, password)
    return refused.value.to_wire()


def test_the_right_password_starts_a_session(town):
    answer = town.sign_in("aoki")

    session = answer["session"]
    assert session["session"] == sha256(answer["token"].encode()).hexdigest()
    assert session["name"] == "Aoki"
    assert session["acting"] == {
        "membership_id": town.aoki.membership_id,
        "office_id": town.sakura,
        "office_name": "ケアプランさくら",
        "role": "care_manager",
        "municipality": "999997",
        "is_manager": False,
    }
    assert session["memberships"] == [session["acting"]]
    assert town.ask("get_session", {"session": session["session"]}) == session


def test_the_token_is_stored_nowhere(town):
    token = town.sign_in("aoki")["token"]

    assert town.database.holding(token) == []


def test_a_sign_in_is_in_the_access_log(town):
    town.sign_in("ota")

    rows = town.database.rows("SELECT ids FROM access_log WHERE action = 'sign_in' ORDER BY at DESC LIMIT 1")
    assert rows == [{"ids": [town.ota.account_id]}]


def test_signing_out_and_changing_the_role_are_in_the_access_log(town):
    session = town.session_of("ota")
    role = {"session": session, "membership_id": town.ota.membership_id}

    town.ask("act_as", role, town.ota.caller(session))
    town.ask("end_session", {"session": session}, town.ota.caller(session))

    rows = town.database.rows("SELECT action, ids FROM access_log ORDER BY at DESC, id DESC LIMIT 2")
    assert rows == [
        {"action": "sign_out", "ids": [town.ota.account_id]},
        {"action": "act_as", "ids": [town.ota.membership_id]},
    ]


def test_nobody_learns_which_part_was_wrong(town):
    unknown = refusal(town, "nobody-here", PASSWORD)
    wrong = refusal(town, "aoki", "Kawa-to-yama 43")

    assert unknown == wrong == {"code": "not_signed_in", "reason": "wrong_password", "fields": {}}


def test_a_refused_sign_in_leaves_a_line_without_what_was_typed(town):
    refusal(town, "aoki", "Kawa-to-yama 44")
    refusal(town, "my-passw0rd!", "x")

    log = town.stack.log("accounts")
    lines = [json.loads(line) for line in log.splitlines() if "sign_in_refused" in line]
    assert [line.get("account_id") for line in lines[-2:]] == [town.aoki.account_id, None]
    assert "my-passw0rd!" not in log


@pytest.mark.parametrize("login", ["baba", "somebody-unknown"])
def test_wrong_tries_slow_down_the_next_one_whether_the_login_exists_or_not(town, login):
    town.stack.clock.set("2026-11-24 10:00")
    for _ in range(8):
        assert refusal(town, login, "wrong")["code"] == "not_signed_in"

    with pytest.raises(TooMany):
        town.sign_in(login)

    town.stack.clock.advance(seconds=6)
    if login == "baba":
        assert town.sign_in(login)["session"]["name"] == "Baba"
    else:
        assert refusal(town, login, PASSWORD)["code"] == "not_signed_in"


def test_tries_at_the_same_moment_are_all_counted(town):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: refusal(town, "in-parallel", "wrong")["code"], range(24)))

    assert codes.count("not_signed_in") == 8
    assert codes.count("too_many") == 16


def test_the_right_password_forgets_wrong_tries(town):
    for _ in range(5):
        refusal(town, "ota", "wrong")
    town.sign_in("ota")
    for _ in range(5):
        refusal(town, "ota", "wrong")

    assert town.sign_in("ota")["session"]["name"] == "Ota"


def test_an_ended_session_is_over_at_once(town):
    session = town.session_of("aoki")

    assert town.ask("end_session", {"session": session}, town.aoki.caller(session)) == {}
    assert town.ask("end_session", {"session": session}, town.aoki.caller(session)) == {}

    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": session})


def test_a_session_idles_out_unless_it_is_used(town):
    town.stack.clock.set("2026-11-24 10:00")
    idle, used = town.session_of("aoki"), town.session_of("aoki")

    town.stack.clock.advance(minutes=59)
    report = {"last_used": {used: town.stack.clock.now()}}
    town.ask("report_use", report, a_service("gateway"))
    town.stack.clock.advance(minutes=2)

    assert town.ask("get_session", {"session": used})["session"] == used
    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": idle})


def test_a_session_ends_after_twelve_hours_however_busy(town):
    town.stack.clock.set("2026-11-24 08:00")
    session = town.session_of("aoki")

    for _ in range(23):
        town.stack.clock.advance(minutes=31)
        town.ask("report_use", {"last_used": {session: town.stack.clock.now()}}, a_service("gateway"))
    town.ask("get_session", {"session": session})
    town.stack.clock.advance(minutes=8)

    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": session})


def test_a_reported_use_is_never_in_the_future(town):
    town.stack.clock.set("2026-11-24 10:00")
    session = town.session_of("aoki")

    far_ahead = {"last_used": {session: "2027-11-24T10:00:00+00:00", "unknown": "2026-11-24T10:00:00+00:00"}}
    town.ask("report_use", far_ahead, a_service("gateway"))
    town.stack.clock.advance(minutes=61)

    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": session})


def test_only_the_gateway_reports_use_and_only_notify_asks_for_addresses(town):
    with pytest.raises(AccessDenied):
        town.ask("report_use", {"last_used": {}}, a_service("notify"), signer=signer_of(town, "notify"))
    with pytest.raises(AccessDenied):
        town.ask("get_contact", {"account_id": town.aoki.account_id}, town.aoki.caller())

    contact = town.ask(
        "get_contact",
        {"account_id": town.aoki.account_id},
        a_service("notify"),
        signer=signer_of(town, "notify"),
    )
    assert contact == {"email": "aoki@example.test", "is_active": True, "language": None}


def signer_of(town, name):
    return Signer.from_folder(name, town.stack.instance.folder / "keys" / name)


def test_one_acts_in_one_role_at_a_time(town):
    town.add_staff("two-roles", role="care_manager")
    both = town.add_staff("two-roles", role="clinician")["staff"]
    set_first_password(town, both)
    answer = town.sign_in("two-roles")["session"]
    first, second = answer["memberships"]
    assert answer["acting"] == first
    caller = Caller(account_id=both["account_id"], role="care_manager", session=answer["session"])

    acting = town.ask(
        "act_as", {"session": answer["session"], "membership_id": second["membership_id"]}, caller
    )

    assert acting["acting"] == second
    assert town.ask("get_session", {"session": answer["session"]})["acting"] == second
    assert town.sign_in("two-roles")["session"]["acting"] == second


def set_first_password(town, staff):
    code = town.ask("invite_staff", {"membership_id": staff["membership_id"]}, town.takahashi.caller())
    town.ask("set_password", {"code": code["invitation"], "password": PASSWORD})


def test_nobody_acts_in_a_role_of_somebody_else(town):
    session = town.session_of("aoki")
    for membership_id in (town.takahashi.membership_id, town.ota.membership_id):
        with pytest.raises(NotFound):
            town.ask(
                "act_as", {"session": session, "membership_id": membership_id}, town.aoki.caller(session)
            )
    with pytest.raises(NotFound):
        town.ask(
            "act_as",
            {"session": session, "membership_id": town.aoki.membership_id},
            town.baba.caller(),
        )


def test_another_role_is_broadcast_so_that_no_copy_lingers(town, hints):
    session = town.session_of("aoki")

    town.ask(
        "act_as",
        {"session": session, "membership_id": town.aoki.membership_id},
        town.aoki.caller(session),
    )

    eventually(lambda: {"event": "session_changed", "session": session} in hints())


def test_a_session_that_idled_out_is_ended_and_broadcast(town, hints):
    town.stack.clock.set("2026-11-24 10:00")
    session = town.session_of("aoki")
    town.stack.clock.advance(minutes=61)

    eventually(lambda: {"event": "session_ended", "session": session} in hints(), timeout=40)
    assert town.database.scalar("SELECT count(*) FROM session WHERE session = :it", it=session) == 0
