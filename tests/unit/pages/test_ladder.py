"""連絡の行方: past, present and future."""

from datetime import UTC, datetime

import pytest

from gateway.pages import ladder, rows

pytestmark = pytest.mark.usefixtures("request_of_aoki")
NOW = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)


def a_rung(number: int, role: str, *account_ids: str, **known: object) -> dict:
    return {
        "number": number,
        "role": role,
        "account_ids": list(account_ids),
        "office_id": "desk" if role == "desk" else "care",
        "starts_at": f"2026-11-24T{number + 4:02}:02:00+00:00",
        "skipped": None,
        "is_current": False,
        **known,
    }


def a_handoff(state: str = "seen", rung: int = 1, **known: object) -> dict:
    rungs = [
        a_rung(1, "care_manager", "aoki"),
        a_rung(2, "deputy", "baba"),
        a_rung(3, "office_manager", skipped="no_manager"),
        a_rung(4, "desk", "chief"),
    ]
    rungs[rung - 1]["is_current"] = state in ladder.OPEN
    return {
        "handoff_id": "h1",
        "state": state,
        "rung": rung,
        "ladder": rungs,
        "next_at": "2026-11-24T06:02:00+00:00",
        "sent_at": "2026-11-24T05:02:07+00:00",
        "to_account_id": "aoki",
        "to_office_id": "care",
        "desk_id": "desk",
        "person": {},
        "stay": {},
        "history": [
            {"state": "sent", "at": "2026-11-24T05:02:07+00:00", "actor_id": "t", "actor_name": "田中 美咲"}
        ],
        **known,
    }


def test_the_line_goes_from_the_sending_to_the_desk():
    steps = ladder.steps(a_handoff(), NOW)

    assert [(step.kind, step.what, step.who, step.note) for step in steps] == [
        ("done", "送信済み", "田中 美咲 様", ""),
        ("now", "1段目", "青木 一（あなた）（担当）", "返事を待っています"),
        ("future", "2段目", "馬場 二 様（副担当）", "今日 15:02 から"),
        ("future", "3段目", "管理者", "管理者が決まっていないため、飛ばします"),
        ("future", "4段目", "連携支援センター", "今日 17:02 から"),
    ]
    assert steps[0].time == "14:02:07"


def test_an_answer_ends_the_line():
    assert [step.kind for step in ladder.steps(a_handoff("acknowledged"), NOW)] == ["done"]


def test_what_follows_leaves_skipped_rungs_out():
    follows = ladder.follows(a_handoff("escalated", rung=2), NOW)

    assert follows == {"at": "今日 15:02", "who": "連携支援センター"}


def test_a_row_names_who_has_it_now():
    row = rows.sent_rows([a_handoff("escalated", rung=2)], NOW)[0]

    assert (row.holder, row.steps, row.needs_sender) == ("馬場 二 様", ["past", "hot", "", ""], False)


@pytest.mark.parametrize(("state", "rung"), [("declined", 1), ("overdue", 4), ("escalated", 4)])
def test_a_row_asks_for_the_sender_when_nobody_takes_it(state, rung):
    assert rows.sent_rows([a_handoff(state, rung=rung)], NOW)[0].needs_sender


def test_who_answered_holds_it():
    row = rows.sent_rows([a_handoff("acknowledged", acknowledged_by_name="馬場 二")], NOW)[0]

    assert row.holder == "馬場 二 様"


def test_what_came_back_by_fax_names_who_has_entered_it():
    sheet = {"made_by": "t", "made_at": "2026-11-24T05:10:00+00:00"}
    back = {"outcome": "declined", "returned_by": "baba", "returned_at": "2026-11-24T05:15:00+00:00"}
    waiting = {"outcome": None, "returned_by": None, "returned_at": None}

    steps = ladder.steps(a_handoff(), NOW, (), [sheet | back, sheet | waiting])

    assert [(step.what, step.who) for step in steps if step.kind == "done"][1:] == [
        ("FAXの送付状を作りました", ""),
        ("FAXの送付状を作りました", ""),
        ("FAXの返事：お受けできません", "記録 馬場 二 様"),
    ]
