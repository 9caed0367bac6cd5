from datetime import UTC, datetime, timedelta

import pytest

from chassis.auth import Caller
from contracts.errors import Conflict, Invalid, NotFound
from services.accounts import domain

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CITY = "999997"


def a_member(who="aoki", role="care_manager", office="sakura", **known):
    return {
        "membership_id": f"{who}-{role}",
        "account_id": who,
        "office_id": office,
        "municipality": CITY,
        "role": role,
        "suspended_at": None,
        "password_hash": "x",
        "deputy_id": None,
        "name": who,
        "kana": "",
        "is_manager": False,
        "login": who,
        "email": None,
        "email_doubted_at": None,
        "last_signed_in_at": None,
        "second_factor_at": None,
        **known,
    }


def a_caller(role="office_manager", office="sakura", who="takahashi", municipality=CITY):
    return Caller(account_id=who, office_id=office, role=role, municipality=municipality)


def an_office(kind="care_office"):
    return {"office_id": "sakura", "kind": kind, "municipality": CITY, "name": "ケアプランさくら"}


@pytest.mark.parametrize(
    ("caller", "role", "expected"),
    [
        (a_caller(), "care_manager", True),
        (a_caller(office="ume"), "care_manager", False),
        (a_caller(role="care_manager"), "care_manager", False),
        (a_caller(role="municipal", office="city"), "office_manager", True),
        (a_caller(role="operator", office="city"), "office_manager", True),
        (a_caller(role="municipal", office="city"), "care_manager", False),
        (a_caller(role="municipal", office="city", municipality="999998"), "office_manager", False),
        (a_caller(role="municipal", office="city", municipality=""), "office_manager", False),
        (a_caller(role="auditor", office="city"), "office_manager", False),
    ],
)
def test_managers_change_their_office_and_administrators_change_managers(caller, role, expected):
    assert domain.may_change(caller, a_member(role=role)) is expected


def test_a_stranger_learns_nothing_of_a_membership():
    with pytest.raises(NotFound):
        domain.check_may_change(a_caller(office="ume"), a_member())


def test_people_arrange_their_own_cover():
    domain.check_may_arrange(a_caller(role="care_manager", who="aoki"), a_member("aoki"))

    with pytest.raises(NotFound):
        domain.check_may_arrange(a_caller(role="care_manager", who="baba"), a_member("aoki"))


def test_managers_do_not_lock_themselves_out():
    with pytest.raises(Conflict, match="not_yourself"):
        domain.check_not_oneself(a_caller(who="aoki"), a_member("aoki"))


@pytest.mark.parametrize("asked_for", [None, "sakura"])
def test_a_manager_adds_to_the_own_office_only(asked_for):
    assert domain.office_to_staff(a_caller(), asked_for) == "sakura"

    with pytest.raises(NotFound):
        domain.office_to_staff(a_caller(), "ume")


def test_an_administrator_has_to_say_which_office():
    assert domain.office_to_staff(a_caller(role="municipal"), "ume") == "ume"

    with pytest.raises(Invalid):
        domain.office_to_staff(a_caller(role="municipal"), None)


@pytest.mark.parametrize(
    ("kind", "role", "fits"),
    [
        ("care_office", "care_manager", True),
        ("hospital", "discharge_planner", True),
        ("municipality", "auditor", True),
        ("desk", "desk", True),
        ("care_office", "auditor", False),
        ("care_office", "municipal", False),
        ("hospital", "desk", False),
        ("municipality", "operator", False),
        ("something_new", "care_manager", False),
    ],
)
def test_an_office_has_the_roles_of_its_kind(kind, role, fits):
    if fits:
        domain.check_may_add(a_caller(), an_office(kind), role, has_manager=True)
        return
    with pytest.raises(Invalid):
        domain.check_may_add(a_caller(), an_office(kind), role, has_manager=True)


def test_an_administrator_adds_the_first_manager_and_nobody_else():
    city = a_caller(role="municipal", office="city")
    neighbour = a_caller(role="municipal", office="city", municipality="999998")

    domain.check_may_add(city, an_office(), "office_manager", has_manager=False)

    with pytest.raises(Invalid):
        domain.check_may_add(city, an_office(), "care_manager", has_manager=False)
    with pytest.raises(Conflict, match="has_a_manager"):
        domain.check_may_add(city, an_office(), "office_manager", has_manager=True)
    with pytest.raises(NotFound):
        domain.check_may_add(neighbour, an_office(), "office_manager", has_manager=False)


def test_nobody_is_added_before_the_office_is_known():
    with pytest.raises(Conflict, match="office_unknown"):
        domain.check_may_add(a_caller(), None, "care_manager", has_manager=True)


@pytest.mark.parametrize(
    ("roles", "by_mail", "refused"),
    [
        ([a_member()], False, None),
        ([a_member(), a_member(role="clinician")], False, None),
        ([a_member(), a_member(office="ume")], False, "works_elsewhere"),
        ([a_member(), a_member(office="ume")], True, None),
        ([a_member(), a_member(role="operator")], False, "works_elsewhere"),
    ],
)
def test_a_shown_code_opens_no_more_than_the_own_office(roles, by_mail, refused):
    if refused is None:
        domain.check_may_invite(a_member(), roles, by_mail)
        return
    with pytest.raises(Conflict, match=refused):
        domain.check_may_invite(a_member(), roles, by_mail)


def test_a_suspended_member_is_not_invited():
    with pytest.raises(Conflict, match="is_suspended"):
        domain.check_may_invite(a_member(suspended_at=NOW), [a_member()], by_mail=True)


@pytest.mark.parametrize(
    ("deputy", "fits"),
    [
        (a_member("baba"), True),
        (a_member("baba", role="office_manager"), True),
        (a_member("baba", role="care_worker"), False),
        (a_member("baba", office="ume"), False),
        (a_member("baba", suspended_at=NOW), False),
        (a_member("baba", password_hash=None), False),
        (a_member("aoki", role="office_manager"), False),
    ],
)
def test_a_deputy_is_an_active_colleague_who_may_do_the_same(deputy, fits):
    if fits:
        domain.check_deputy(a_member("aoki"), [deputy])
        return
    with pytest.raises(Invalid):
        domain.check_deputy(a_member("aoki"), [deputy])


@pytest.mark.parametrize(
    ("from_h", "until_h", "refused"),
    [
        (1, 9, None),
        (-5, 1, None),
        (9, 1, Invalid),
        (-9, -1, Invalid),
        (1, 24 * 500, Invalid),
        (25, 30, Conflict),
    ],
)
def test_an_absence_has_to_make_sense(from_h, until_h, refused):
    others = [{"from_at": NOW + 24 * HOUR, "until_at": NOW + 48 * HOUR}]
    given = (NOW + from_h * HOUR, NOW + until_h * HOUR, others, NOW)

    if refused is None:
        domain.check_absence(*given)
        return
    with pytest.raises(refused):
        domain.check_absence(*given)


def test_the_fact_tells_the_whole_staff_without_a_name():
    staffing = {
        "office_id": "sakura",
        "municipality": CITY,
        "revision": 7,
        "manager_membership_id": "t-office_manager",
    }
    members = [
        a_member("aoki", deputy_id="baba"),
        a_member("baba", deputy_id="chief"),
        a_member("chief", suspended_at=NOW),
        a_member("t", role="office_manager"),
    ]
    past = {"absence_id": "1", "from_at": NOW - 9 * HOUR, "until_at": NOW - HOUR}
    coming = {"absence_id": "2", "from_at": NOW + HOUR, "until_at": NOW + 9 * HOUR}

    fact = domain.office_staffed(staffing, members, {"aoki-care_manager": [past, coming]}, NOW)

    assert (fact.revision, fact.municipality) == (7, CITY)
    assert fact.data == {
        "office_id": "sakura",
        "manager_id": "t",
        "members": [
            {
                "account_id": "aoki",
                "role": "care_manager",
                "deputy_id": "baba",
                "is_active": True,
                "away": [{"from_at": NOW + HOUR, "until_at": NOW + 9 * HOUR}],
            },
            {"account_id": "baba", "role": "care_manager", "deputy_id": None, "is_active": True, "away": []},
            {
                "account_id": "chief",
                "role": "care_manager",
                "deputy_id": None,
                "is_active": False,
                "away": [],
            },
            {"account_id": "t", "role": "office_manager", "deputy_id": None, "is_active": True, "away": []},
        ],
    }


@pytest.mark.parametrize("gone", [{"suspended_at": NOW}, {"password_hash": None}])
def test_a_manager_who_cannot_act_is_not_waited_for(gone):
    staffing = {
        "office_id": "sakura",
        "municipality": CITY,
        "revision": 1,
        "manager_membership_id": "t-office_manager",
    }

    fact = domain.office_staffed(staffing, [a_member("t", role="office_manager", **gone)], {}, NOW)

    assert fact.data["manager_id"] is None


@pytest.mark.parametrize(
    ("caller", "sees_login"),
    [
        (a_caller(), True),
        (a_caller(role="care_manager", who="aoki"), True),
        (a_caller(role="care_manager", who="baba"), False),
        (a_caller(role="discharge_planner", office="hospital"), False),
    ],
)
def test_only_the_manager_and_oneself_see_login_and_address(caller, sees_login):
    entry = domain.staff_entry(caller, a_member("aoki"), [])

    assert {"login", "email", "email_doubted_at"} & entry.keys() == (
        {"login", "email", "email_doubted_at"} if sees_login else set()
    )


def test_colleagues_elsewhere_do_not_see_who_cannot_act():
    planner = a_caller(role="discharge_planner", office="hospital")

    assert domain.may_see(planner, a_member())
    assert not domain.may_see(planner, a_member(suspended_at=NOW))
    assert domain.may_see(a_caller(), a_member(suspended_at=NOW))


@pytest.mark.parametrize(
    ("caller", "sees_absence"),
    [
        (a_caller(), True),
        (a_caller(role="care_manager", who="baba"), True),
        (a_caller(role="discharge_planner", office="hospital"), False),
        (a_caller(role="care_manager", who="aoki", office="ume"), False),
    ],
)
def test_only_the_own_office_sees_when_somebody_is_away(caller, sees_absence):
    away = [{"absence_id": "a", "from_at": NOW, "until_at": NOW + HOUR}]

    assert domain.staff_entry(caller, a_member("aoki"), away)["away"] == (away if sees_absence else [])
