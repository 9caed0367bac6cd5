"""Who will be asked, as whoever sends a note sees it beforehand."""

from typing import Any

import pytest

from contracts.errors import Unavailable
from gateway.pages import receivers

pytestmark = pytest.mark.usefixtures("request_of_aoki")

RECEIVER = {"account_id": "aoki", "office_id": "care", "desk_id": "desk"}
STAFF = [{"account_id": "aoki", "name": "青木", "deputy_id": "baba"}, {"account_id": "baba", "name": "馬場"}]


def asked_by(monkeypatch: pytest.MonkeyPatch, **orders: Any) -> None:
    def ask(service: str, method: str, body: Any, timeout_s: float) -> Any:
        if method == "list_staff":
            return {"staff": STAFF}
        if not orders:
            raise Unavailable("no_answer")
        return {"orders": {f"discharge_noted.{name}": order for name, order in orders.items()}}

    monkeypatch.setattr(receivers, "ask", ask)


def test_one_order_is_shown_where_both_urgencies_ask_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_by(monkeypatch, urgent=["care_manager", "deputy", "desk"], today=["care_manager", "deputy", "desk"])

    told = receivers.ladders_to_come(RECEIVER)

    assert list(told) == [""]
    assert [(rung["role"], rung["who"]) for rung in told[""]][:2] == [
        ("担当", "青木 様"),
        ("副担当", "馬場 様"),
    ]


def test_each_urgency_has_its_own_where_a_desk_has_changed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_by(monkeypatch, urgent=["office", "desk"], today=["care_manager", "office_manager", "desk"])

    told = receivers.ladders_to_come(RECEIVER)

    assert {name: len(rungs) for name, rungs in told.items()} == {"urgent": 2, "today": 3}
    assert told["today"][1] == {"role": "管理者", "who": ""}


def test_the_page_comes_without_the_order_while_notify_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_by(monkeypatch)

    assert receivers.ladders_to_come(RECEIVER) == {}
