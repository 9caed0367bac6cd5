"""The page of figures: tables with words, what is wrong at its field, and the file for spreadsheets."""

import csv
from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import Invalid
from tests.unit.gateway.conftest import Answers, Client

TOOK = {"count": 3, "median_s": 2520, "p90_s": 78_000}
NEVER = {"count": 0, "median_s": None, "p90_s": None}
SHARE = {
    "of": None,
    "arrived": 4,
    "seen": 3,
    "acknowledged": 3,
    "declined": 0,
    "withdrawn": 1,
    "overdue": 2,
    "waiting": 0,
    "took": {"seen": TOOK, "acknowledged": TOOK, "seen_office": TOOK, "acknowledged_office": NEVER},
}
FOUND = {
    "first_day": "2026-11-01",
    "last_day": "2026-11-30",
    "whole": SHARE,
    "by_urgency": [SHARE | {"of": "urgent"}],
    "by_office": [SHARE | {"of": "sakura"}],
    "by_hour": [SHARE | {"of": "9"}],
    "rungs": [{"role": "care_manager", "asked": 4, "climbed": 1}],
    "workload": {"people": 1, "days": 2, "alerts": 4, "median": 1, "p90": 3, "most": 3},
    "people": [{"account_id": "aoki-1", "days": 2, "alerts": 4, "most": 3}],
    "deliveries": [{"channel": "email", "state": "sent", "count": 4}],
}


def signed_in(
    somebody: Callable[..., Client], answers: Answers, role: str = "desk", office: str = "ケアプランさくら"
) -> Client:
    answers.by_method |= {
        "get_statistics": FOUND,
        "get_facilities": {"facilities": [{"facility_id": "sakura", "name": office, "phone": ""}]},
        "get_names": {"names": {"aoki-1": "青木 直"}},
    }
    return somebody(role=role)


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(answer.data.decode("utf-8-sig").splitlines()))


def test_the_page_tells_times_in_words_and_each_share(
    somebody: Callable[..., Client], answers: Answers
) -> None:
    desk = signed_in(somebody, answers)

    page = desk.get("/statistics?first_day=2026-11-01&last_day=2026-11-30").text

    told = ("42分", "21時間40分以内", "（全3件）", "ケアプランさくら", "9時台", "25%", "青木 直", "3件以内")
    assert [text for text in told if text not in page] == []
    assert 'style="' not in page
    (asked,) = answers.of("get_statistics")
    assert asked.request == {"first_day": "2026-11-01", "last_day": "2026-11-30"}


def test_without_days_it_is_this_month(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)

    page = desk.get("/statistics").text

    (asked,) = answers.of("get_statistics")
    assert asked.request["first_day"].endswith("-01")
    assert 'aria-current="true">今月' in page


def test_wrong_days_are_said_at_their_field(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)
    answers.by_method["get_statistics"] = Invalid("invalid", {"last_day": ["before_start"]})

    answer = desk.get("/statistics.csv?first_day=2026-11-02&last_day=2026-11-01")

    assert answer.status_code == 422
    assert 'id="last_day-e"' in answer.text
    assert 'value="2026-11-02"' in answer.text


def test_the_file_has_every_share_in_minutes(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers)

    answer = desk.get("/statistics.csv?first_day=2026-11-01&last_day=2026-11-30")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tsunagi-2026-11-01-2026-11-30.csv"'
    lines = lines_of(answer)
    assert len(lines[1]) == len(lines[2]) == 2 + 7 + 12
    assert lines[2][:12] == ["全体", "すべての連絡", "4", "3", "3", "0", "1", "2", "0", "3", "42.0", "1300.0"]
    assert ["担当", "4", "1"] in lines


def test_an_offices_name_is_no_formula_in_the_file(somebody: Callable[..., Client], answers: Answers) -> None:
    desk = signed_in(somebody, answers, office='=HYPERLINK("https://example.jp")')

    lines = lines_of(desk.get("/statistics.csv"))

    assert ["事業所別", '\'=HYPERLINK("https://example.jp")'] in [line[:2] for line in lines]


@pytest.mark.parametrize(("role", "status"), [("office_manager", 200), ("care_manager", 403)])
def test_only_desks_and_managers_see_figures(
    somebody: Callable[..., Client], answers: Answers, role: str, status: int
) -> None:
    assert signed_in(somebody, answers, role=role).get("/statistics").status_code == status
