"""From an empty real instance to the first desk member at the screen, by the commands of the handbook."""

import json
import subprocess
import sys

import pyotp
import pytest

from tests.support.eventually import eventually
from tests.support.stack import Stack
from tsunagi.client import Client, Refused

DESK = ("--kind", "desk", "--name", "水戸市 在宅医療・介護連携支援センター", "--municipality", "082015")
PASSWORD = "Yama-to-hashi 77"


@pytest.fixture(scope="module")
def home(machine):
    made = machine.fresh(TSUNAGI_INSTANCE="real")
    yield made
    made.close()


@pytest.fixture(scope="module")
def stack(home):
    running = Stack(home, ("accounts", "directory", "notify", "gateway")).start()
    yield running
    running.throw_away()


def command(home, *words):
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", *words],
        env=home.instance.admin_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def told(home, *words):
    """Return what a command printed; it has to succeed."""
    done = command(home, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def let_in(home, office_id, login, *more):
    """Add somebody by the command line; returns the password that it printed."""
    words = ("accounts", "add-administrator", "--name", "小林 由美", "--login", login, "--office", office_id)
    return told(home, *words, *more).split("password ")[1]


def change_password(stack, login, password):
    Client(stack.url).sign_in(login, password).post(
        "/api/password", {"present": password, "password": PASSWORD}
    )
    return Client(stack.url).sign_in(login, PASSWORD)


def test_from_nothing_to_the_first_desk_member(home, stack):
    desk = told(
        home, "directory", "add-office", *DESK, "--hours", "mon-fri 8:30-17:15", "--phone", "029-000-0001"
    )
    manager = change_password(stack, "kobayashi", let_in(home, desk, "kobayashi"))
    # The desk's entry reaches accounts by the bus; a gateway copies a session for up to 30 s.
    eventually(lambda: manager.get("/api/session")["acting"]["office_name"], 60)
    person = {"name": "青木 陽子", "login": "aoki", "role": "desk"}
    code = manager.post("/api/staff", person)["invitation"]
    Client(stack.url).visit().post("/api/password", {"code": code, "password": PASSWORD})

    aoki = Client(stack.url).sign_in("aoki", PASSWORD)

    acting = aoki.session["acting"]
    assert (acting["role"], acting["office_id"], acting["municipality"]) == ("desk", desk, "082015")
    assert aoki.get("/api/inbox", whose="office")["items"] == []
    [entry] = aoki.get("/api/facilities", kind="desk", municipality="082015")["facilities"]
    assert (entry["facility_id"], entry["hours"]["is_provisional"]) == (desk, False)


def test_the_desk_is_known_to_those_who_climb_to_it(home, stack):
    desk = told(home, "directory", "add-office", *DESK)

    staff = eventually(
        lambda: home.database("notify").rows(
            "SELECT hours, staffing FROM office WHERE office_id = :id AND staffing IS NOT NULL", id=desk
        ),
        20,
    )

    assert staff[0]["hours"]["weekly"]["mon"] == [{"opens": "08:30", "closes": "17:15"}]
    assert {member["role"] for member in staff[0]["staffing"]["members"]} == {"office_manager", "desk"}


def test_the_city_office_gets_its_operator(home, stack):
    city = ("--kind", "municipality", "--name", "水戸市 情報政策課", "--municipality", "082015")
    entered = json.loads(told(home, "directory", "add-office", *city, "--json"))
    password = let_in(home, entered["facility_id"], "ishida", "--role", "operator")

    operator = change_password(stack, "ishida", password)
    with pytest.raises(Refused, match="second_factor_missing"):
        operator.get("/api/operator/status")
    secret = operator.post("/api/second-factor", {"present": PASSWORD})["secret"]
    codes = operator.post("/api/second-factor/confirmation", {"code": pyotp.TOTP(secret).now()})

    assert entered["outcome"] == "new"
    assert operator.get("/api/operator/status")
    again = Client(stack.url)
    with pytest.raises(Refused, match="second_factor_due"):
        again.sign_in("ishida", PASSWORD)
    assert again.answer_second_factor(codes["recovery_codes"][0]).get("/api/operator/status")


def test_an_operator_who_lost_phone_and_codes_is_let_in_by_the_command_line(home, stack):
    assert told(home, "accounts", "reset-second-factor", "--login", "ishida").startswith("ishida signs in")

    operator = Client(stack.url).sign_in("ishida", PASSWORD)

    assert operator.session["must_add_second_factor"] is True
    assert operator.session["second_factor_reset_at"]
    unknown = command(home, "accounts", "reset-second-factor", "--login", "nobody")
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (1, False)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--kind", "desk", "--name", "x", "--municipality", "082016"), "municipality: no_such_municipality"),
        ((*DESK, "--hours", "mon-fri nine to five"), "is not like"),
        ((*DESK, "--closed-on", "2026-12-29"), "need --hours"),
        ((*DESK, "--id", "01a20017-e510-7686-b380-281e8d22f9c6"), "facility_not_found"),
    ],
)
def test_a_slip_at_the_command_line_is_told_in_one_line(home, words, complaint):
    done = command(home, "directory", "add-office", *words)

    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_is_let_in_at_an_office_that_is_not_there(home):
    words = ("--name", "x", "--login", "xyz", "--office", "01a20017-e510-7686-b380-281e8d22f9c6")

    done = command(home, "accounts", "add-administrator", *words)

    assert (done.returncode, done.stderr.strip()) == (1, "Error: office: not_in_the_directory")


def test_a_password_from_the_command_line_has_to_be_changed_first(home, stack):
    desk = told(home, "directory", "add-office", *DESK)
    manager = Client(stack.url).sign_in("sato", let_in(home, desk, "sato"))

    with pytest.raises(Refused) as refusal:
        manager.get("/api/inbox")

    assert refusal.value.problem["reason"] == "must_change_password"
