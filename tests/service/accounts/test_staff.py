from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.ids import new_id
from contracts.directory import FacilityChanged
from contracts.errors import AccessDenied, Conflict, Invalid, NotFound, NotSignedIn, Problem
from tests.service.accounts.conftest import PASSWORD
from tests.support.calls import a_caller
from tests.support.eventually import eventually

OTHER = "Yama-to-hashi 77"


def staff_of(town, office_id, caller):
    staff = town.ask("list_staff", {"office_id": office_id}, caller)["staff"]
    return {one["name"]: one for one in staff}


def test_a_repeated_add_staff_adds_one(town):
    first = town.add_staff("chiba", key="chiba-key-1")
    before = town.staffed(town.sakura)["revision"]
    again = town.add_staff("chiba", key="chiba-key-1")

    assert again == first | {"invitation": None}
    assert town.staffed(town.sakura)["revision"] == before
    assert town.database.scalar("SELECT count(*) FROM account WHERE login = 'chiba'") == 1


def test_no_code_that_opens_something_is_stored(town):
    code = town.add_staff("doi", key="doi-key-001")["invitation"]

    assert town.database.holding(code) == []


def test_a_new_member_acts_after_the_first_password(town):
    added = town.add_staff("endo")
    member = added["staff"]
    assert member["state"] == "invited"
    assert in_fact(town, member)["is_active"] is False

    assert town.ask("set_password", {"code": added["invitation"], "password": OTHER}) == {}

    assert town.sign_in("endo", OTHER)["session"]["acting"]["role"] == "care_manager"
    assert in_fact(town, member)["is_active"] is True
    opened = {"account_id": member["account_id"], "office_id": town.sakura}
    assert town.announced("account_opened", member["account_id"]) == [opened]


def in_fact(town, member):
    told = town.staffed(town.sakura)["data"]["members"]
    return next(one for one in told if one["account_id"] == member["account_id"])


def test_a_code_works_once(town):
    code = town.add_staff("fujita")["invitation"]
    town.ask("set_password", {"code": code, "password": OTHER})

    town.ask("set_password", {"code": code, "password": OTHER})  # the button pressed twice
    with pytest.raises(NotFound):
        town.ask("set_password", {"code": code, "password": PASSWORD})

    assert town.sign_in("fujita", OTHER)


def test_a_newer_code_replaces_the_older_one(town):
    added = town.add_staff("goto")
    newer = town.ask(
        "invite_staff", {"membership_id": added["staff"]["membership_id"]}, town.takahashi.caller()
    )

    with pytest.raises(NotFound):
        town.ask("set_password", {"code": added["invitation"], "password": OTHER})
    town.ask("set_password", {"code": newer["invitation"], "password": OTHER})


def test_a_code_lasts_fourteen_days(town):
    town.stack.clock.set("2026-11-24 10:00")
    early, late = town.add_staff("hara"), town.add_staff("hino")

    town.stack.clock.advance(days=13.9)
    town.ask("set_password", {"code": early["invitation"], "password": OTHER})
    town.stack.clock.advance(days=0.2)

    with pytest.raises(NotFound):
        town.ask("set_password", {"code": late["invitation"], "password": OTHER})


def test_a_weak_password_is_refused_and_the_code_still_works(town):
    code = town.add_staff("ito")["invitation"]

    with pytest.raises(Invalid) as refused:
        town.ask("set_password", {"code": code, "password": "ito-12345"})

    assert refused.value.fields == {"password": ["too_short", "contains_login"]}
    town.ask("set_password", {"code": code, "password": OTHER})


def test_a_new_password_ends_every_other_session(town):
    here, there = town.session_of("baba"), town.session_of("baba")
    caller = town.baba.caller(here)

    with pytest.raises(Invalid) as refused:
        town.ask("set_password", {"present": "wrong", "password": OTHER}, caller)
    assert refused.value.fields == {"present": ["wrong_password"]}
    town.ask("set_password", {"present": PASSWORD, "password": OTHER}, caller)

    assert town.ask("get_session", {"session": here})
    with pytest.raises(NotSignedIn):
        town.ask("get_session", {"session": there})
    town.ask("set_password", {"present": OTHER, "password": PASSWORD}, caller)


def test_a_suspension_ends_every_session_at_once(town):
    sessions = [town.session_of("aoki"), town.session_of("aoki")]
    before = town.staffed(town.sakura)["revision"]

    member = town.ask("suspend_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())

    assert member["state"] == "suspended"
    for session in sessions:
        with pytest.raises(NotSignedIn):
            town.ask("get_session", {"session": session})
    left = "SELECT count(*) FROM session WHERE account_id = :id"
    assert town.database.scalar(left, id=town.aoki.account_id) == 0
    with pytest.raises(NotSignedIn):
        town.sign_in("aoki")
    assert town.staffed(town.sakura)["revision"] > before
    assert in_fact(town, member)["is_active"] is False
    assert town.announced("account_suspended", town.aoki.account_id)[-1]["office_ids"] == [town.sakura]

    restored = town.ask("restore_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())
    assert restored["state"] == "active"
    assert restored["deputy_id"] == town.baba.account_id
    assert town.sign_in("aoki")


def test_a_suspension_is_broadcast(town, hints):
    session = town.session_of("aoki")

    town.ask("suspend_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())
    town.ask("restore_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())

    eventually(lambda: {"event": "session_ended", "session": session} in hints())
    eventually(lambda: {"event": "account_suspended", "account_id": town.aoki.account_id} in hints())


def test_another_office_is_not_found(town):
    theirs = {"membership_id": town.aoki.membership_id}
    requests = {
        "suspend_staff": theirs,
        "restore_staff": theirs,
        "invite_staff": theirs,
        "name_manager": theirs,
        "name_deputy": theirs | {"deputy_id": None},
        "set_absence": theirs | {"from_at": "2027-01-01T00:00:00Z", "until_at": "2027-01-02T00:00:00Z"},
    }
    before = town.staffed(town.sakura)

    for method, request in requests.items():
        with pytest.raises(NotFound):
            town.ask(method, request, town.ota.caller())
        unknown = request | {"membership_id": new_id()}
        with pytest.raises(NotFound):
            town.ask(method, unknown, town.ota.caller())

    assert town.staffed(town.sakura) == before
    assert town.session_of("aoki")


def test_care_managers_change_nobody(town):
    with pytest.raises(AccessDenied):
        town.ask("suspend_staff", {"membership_id": town.baba.membership_id}, town.aoki.caller())
    with pytest.raises(AccessDenied):
        town.add_staff("kato", by=town.aoki)


def test_managers_do_not_suspend_themselves(town):
    with pytest.raises(Conflict, match="not_yourself"):
        town.ask("suspend_staff", {"membership_id": town.takahashi.membership_id}, town.takahashi.caller())


def test_a_deputy_is_told_with_a_higher_revision(town):
    before = town.staffed(town.sakura)["revision"]

    town.ask(
        "name_deputy",
        {"membership_id": town.baba.membership_id, "deputy_id": town.aoki.account_id},
        town.baba.caller(),
    )

    told = town.staffed(town.sakura)
    assert told["revision"] == before + 1
    assert in_fact(town, {"account_id": town.baba.account_id})["deputy_id"] == town.aoki.account_id


def test_somebody_of_another_office_is_no_deputy(town):
    with pytest.raises(Invalid):
        town.ask(
            "name_deputy",
            {"membership_id": town.aoki.membership_id, "deputy_id": town.ota.account_id},
            town.takahashi.caller(),
        )


def test_an_absence_is_told_and_taken_back(town):
    town.stack.clock.set("2026-11-24 10:00")
    before = town.staffed(town.sakura)["revision"]
    days = {"from_at": "2026-11-25T00:00:00+00:00", "until_at": "2026-11-27T00:00:00+00:00"}

    answer = town.ask("set_absence", {"membership_id": town.aoki.membership_id, **days}, town.aoki.caller())

    assert answer["warnings"] == []
    assert town.staffed(town.sakura)["revision"] == before + 1
    assert in_fact(town, {"account_id": town.aoki.account_id})["away"] == [days]

    with pytest.raises(Conflict, match="absence_overlaps"):
        town.ask("set_absence", {"membership_id": town.aoki.membership_id, **days}, town.aoki.caller())
    absence_id = answer["staff"]["away"][0]["absence_id"]
    with pytest.raises(NotFound):
        town.ask("clear_absence", {"absence_id": absence_id}, town.baba.caller())
    cleared = town.ask("clear_absence", {"absence_id": absence_id}, town.takahashi.caller())

    assert cleared["away"] == []
    assert in_fact(town, {"account_id": town.aoki.account_id})["away"] == []
    assert town.staffed(town.sakura)["revision"] == before + 2


def test_an_absence_without_cover_is_kept_with_a_warning(town):
    town.stack.clock.set("2026-11-24 10:00")
    days = {"from_at": "2026-12-25T00:00:00+00:00", "until_at": "2026-12-27T00:00:00+00:00"}

    answer = town.ask("set_absence", {"membership_id": town.ota.membership_id, **days}, town.ota.caller())

    assert answer["warnings"] == ["deputy_missing"]
    assert len(answer["staff"]["away"]) == 1


def test_a_new_manager_also_gets_the_role(town):
    town.ask("name_manager", {"membership_id": town.baba.membership_id}, town.takahashi.caller())

    assert town.staffed(town.sakura)["data"]["manager_id"] == town.baba.account_id
    roles = [role["role"] for role in town.sign_in("baba")["session"]["memberships"]]
    assert sorted(roles) == ["care_manager", "office_manager"]
    town.ask("name_manager", {"membership_id": town.takahashi.membership_id}, town.takahashi.caller())
    assert town.staffed(town.sakura)["data"]["manager_id"] == town.takahashi.account_id


def test_an_administrator_adds_the_first_manager_of_an_office(town):
    first = town.add_staff("mori", by=town.ishida, role="office_manager", office_id=town.empty)

    assert first["staff"]["is_manager"] is True
    town.ask("set_password", {"code": first["invitation"], "password": OTHER})
    assert town.staffed(town.empty)["data"]["manager_id"] == first["staff"]["account_id"]
    with pytest.raises(Conflict, match="has_a_manager"):
        town.add_staff("mori2", by=town.ishida, role="office_manager", office_id=town.empty)
    with pytest.raises(Invalid):
        town.add_staff("mori3", by=town.ishida, role="care_manager", office_id=town.sakura)


def test_a_neighbouring_city_adds_nobody_here(town):
    stranger = a_caller("municipal", municipality="999998")
    request = {"name": "X", "login": "xxx", "role": "office_manager", "office_id": town.empty}

    with pytest.raises(NotFound):
        town.ask("add_staff", request, stranger)


def test_a_login_is_given_once(town):
    with pytest.raises(Invalid) as refused:
        town.add_staff("aoki", by=town.ota)

    assert refused.value.fields == {"login": ["taken"]}


def test_wrong_fields_are_named(town):
    request = {"name": " ", "login": "Ä", "role": "king", "email": "x", "more": 1}

    with pytest.raises(Invalid) as refused:
        town.ask("add_staff", request, town.takahashi.caller())

    assert refused.value.fields == {
        "name": ["required"],
        "login": ["bad_login"],
        "role": ["not_a_choice"],
        "email": ["not_an_email"],
        "more": ["unknown_field"],
    }


def test_strangers_see_names_and_roles_and_no_address(town):
    planner = a_caller("discharge_planner")

    seen = staff_of(town, town.sakura, planner)["Aoki"]
    own = staff_of(town, town.sakura, town.takahashi.caller())["Aoki"]

    assert seen["role"] == "care_manager"
    assert {"login", "email", "last_signed_in_at"} & set(seen) == set()
    assert (own["login"], own["email"]) == ("aoki", "aoki@example.test")


def test_an_unknown_office_is_not_found(town):
    with pytest.raises(NotFound):
        town.ask("list_staff", {"office_id": new_id()}, a_caller())


def test_names_are_told_and_unknown_ids_left_out(town):
    asked = {"account_ids": [town.aoki.account_id, new_id()]}

    assert town.ask("get_names", asked, a_caller()) == {"names": {town.aoki.account_id: "Aoki"}}


def test_an_office_takes_its_name_from_the_newest_fact(town):
    def changed(name, revision):
        return FacilityChanged.happened(
            municipality="999997",
            revision=revision,
            facility_id=town.ume,
            kind="care_office",
            name=name,
            services=["430"],
            hours={"weekly": {}, "closes_on_holidays": True, "closed_days": [], "is_provisional": True},
            is_listed=True,
        )

    town.stack.broker.publish(changed("ケアプランうめ", 5), times=2)
    town.stack.broker.publish(changed("まえの名前", 4))
    handled = "SELECT count(*) FROM inbox WHERE handler = 'on_facility_changed'"
    eventually(lambda: town.database.scalar(handled) == 2)

    office = town.ask("list_staff", {"office_id": town.ume}, a_caller())["office"]
    assert (office["name"], office["revision"]) == ("ケアプランうめ", 5)


def test_seeding_again_changes_nothing(town):
    before = town.database.rows("SELECT count(*) AS n, (SELECT count(*) FROM membership) AS m FROM account")
    told = town.staffed(town.sakura)

    town.seed()

    assert town.staffed(town.sakura) == told
    after = town.database.rows("SELECT count(*) AS n, (SELECT count(*) FROM membership) AS m FROM account")
    assert after == before


def test_who_signs_in_at_the_moment_of_the_suspension_does_not_slip_through(town):
    def sign_in():
        try:
            town.session_of("aoki")
        except Problem:
            return

    with ThreadPoolExecutor(6) as pool:
        tries = [pool.submit(sign_in) for _ in range(6)]
        town.ask("suspend_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())
    assert all(one.done() for one in tries)

    left = "SELECT count(*) FROM session WHERE account_id = :id"
    assert town.database.scalar(left, id=town.aoki.account_id) == 0
    town.ask("restore_staff", {"membership_id": town.aoki.membership_id}, town.takahashi.caller())
