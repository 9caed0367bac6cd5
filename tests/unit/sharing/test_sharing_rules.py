"""Small rules: days of consent, ages, codes, areas of desks, who is on which side."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import readable
from chassis.auth import Caller
from services.sharing.domain import codes, consent
from services.sharing.domain.access import Team, side_of
from services.sharing.domain.days import age_on
from services.sharing.domain.persons import in_katakana
from services.sharing.domain.receivers import Receiver, desk_areas
from tests.unit.sharing.a_handoff import a_handoff


def a_consent(**changed):
    return {
        "valid_from": date(2026, 11, 1),
        "valid_until": date(2026, 11, 30),
        "withdrawn_at": None,
        **changed,
    }


@pytest.mark.parametrize(
    ("moment", "is_valid"),
    [
        (datetime(2026, 10, 31, 14, 59, tzinfo=UTC), False),  # 23:59 in Japan
        (datetime(2026, 10, 31, 15, 0, tzinfo=UTC), True),  # midnight in Japan
        (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 15, 0, tzinfo=UTC), False),
    ],
)
def test_consent_is_valid_by_days_in_japan(moment, is_valid):
    assert consent.is_valid(a_consent(), moment) is is_valid


def test_a_withdrawn_consent_is_not_valid():
    now = datetime(2026, 11, 10, tzinfo=UTC)

    assert not consent.is_valid(a_consent(withdrawn_at=now), now)
    assert consent.in_force([a_consent(withdrawn_at=now), a_consent()], now) == a_consent()


def test_ages_change_on_the_birthday():
    assert [age_on(date(2026, 4, day), date(1944, 4, 12)) for day in (11, 12)] == [81, 82]


def test_codes_can_be_said_by_telephone():
    made = {codes.new_code() for _ in range(500)}

    assert len(made) == 500
    assert {len(code) for code in made} == {8}
    assert set("".join(made)) - {"-"} <= set(readable.ALPHABET)
    assert not set("01OQILSZBGUV8") & set(readable.ALPHABET)


@pytest.mark.parametrize(
    ("ward", "served_by"),
    [
        ("141518", "141500"),  # 相模原市緑区
        ("141101", "141003"),  # 横浜市戸塚区
        ("011029", "011002"),  # 札幌市北区
        ("401315", "401307"),  # 福岡市東区
        ("221384", "221309"),  # 浜松市中央区
    ],
)
def test_a_ward_is_served_by_its_city(ward, served_by):
    assert desk_areas(ward)[0] == ward
    assert served_by in desk_areas(ward)


@pytest.mark.parametrize("municipality", ["131016", "142042", "999997", "082015"])
def test_other_municipalities_have_their_own_desk_alone(municipality):
    assert desk_areas(municipality) == [municipality]


def test_receivers_are_named_by_what_they_are():
    assert Receiver("o", "a", "d").kind == "care_manager"
    assert Receiver("o", None, "d").kind == "office"
    assert Receiver(None, None, "d").kind == "desk"
    assert not Receiver(None, None, None).exists


@given(st.text(max_size=20))
def test_katakana_is_made_once(text):
    assert in_katakana(in_katakana(text)) == in_katakana(text)


def test_kana_of_any_kind_become_katakana():
    assert in_katakana("すずき ｲﾁﾛｳ") == "スズキ イチロウ"


def a_caller(**changed):
    return Caller(**{"account_id": "aoki", "office_id": "sakura", "role": "care_manager", **changed})


def a_team(**changed):
    known = {"has_consent": True, "office_ids": frozenset({"sakura"}), "care_manager": ("sakura", "aoki")}
    return Team(**{**known, **changed})


@pytest.mark.parametrize(
    ("caller", "team", "holders", "side"),
    [
        (a_caller(), a_team(), [], "receiver"),
        (a_caller(), a_team(has_consent=False), [("sakura", "aoki")], ""),
        (a_caller(office_id="other"), a_team(), [("sakura", "aoki")], ""),
        (a_caller(role="clinician"), a_team(), [("sakura", "aoki")], ""),
        (a_caller(account_id="baba"), a_team(), [], ""),
        (a_caller(account_id="baba"), a_team(), [("sakura", "baba")], "receiver"),
        (a_caller(account_id="baba"), a_team(office_ids=frozenset()), [("sakura", "baba")], ""),
        (a_caller(account_id="boss", role="office_manager"), a_team(manager_id="boss"), [], "receiver"),
        (a_caller(office_id="desk", role="desk"), a_team(), [], ""),
        (a_caller(office_id="desk", role="desk"), a_team(), [("desk", None)], "receiver"),
        (a_caller(office_id="desk", role="office_manager"), a_team(), [("desk", None)], ""),
        (a_caller(office_id="hospital", role="discharge_planner"), a_team(has_consent=False), [], "sender"),
        (a_caller(office_id="hospital", role="operator"), a_team(), [], ""),
    ],
)
def test_sides(caller, team, holders, side):
    assert side_of(caller, a_handoff(), team, holders) == side
