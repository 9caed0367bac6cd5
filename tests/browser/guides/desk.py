"""docs/guides/*/desk.md, as 小林 follows it."""

from tests.browser.guides.walk import Walk
from tests.support.people import a_note, a_stay, sign_in


def follow(walk: Walk) -> None:
    """From a handoff that nobody took to looking for an office."""
    planner, care_manager = sign_in(walk.stack, "tanaka"), sign_in(walk.stack, "sato")
    stay_id = a_stay(planner, care_manager)
    person = planner.get(f"/api/stays/{stay_id}/note")["person"]["person_id"]
    elsewhere = planner.get("/api/facilities", text="架空訪問看護")["facilities"][0]["facility_id"]
    planner.put(f"/api/persons/{person}/care-manager", {"office_id": elsewhere, "account_id": None})
    planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    walk.stack.broker.settle()

    walk.as_("kobayashi")
    walk.sees("引き受け手のない連絡")
    walk.sees("返事が必要")
    walk.presses("開いて返事する")
    walk.presses("受け取りました")
    walk.presses("完了にする")
    walk.sees("連絡の行方")
    walk.reads("受け取りました")
    _change_a_rule(walk)
    walk.goes("さがす")


def _change_a_rule(walk: Walk) -> None:
    walk.goes("連絡のきまり")
    walk.presses("見る・変える")
    rule = walk.page.url
    walk.sees("段を加える")
    walk.page.locator("[name=wait_0]").fill("45")
    walk.presses("時間の流れを見る")
    walk.presses("きまりを記録する")
    walk.page.goto(rule)
    walk.sees("これまでのきまり")
    walk.presses("はじめのきまりに戻す")
