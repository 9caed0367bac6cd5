"""docs/guides/*/planner.md, as 田中 follows it."""

from tests.browser.guides.walk import Walk
from tests.support.people import a_note, sign_in

NAME = ("案内", "一子", "アンナイ", "イチコ")


def follow(walk: Walk) -> None:
    """From signing in to taking a note back."""
    _sign_in(walk)
    _enter_a_person(walk)
    _enter_the_stay(walk)
    _write_and_send(walk)
    _look_and_take_back(walk)


def _sign_in(walk: Walk) -> None:
    walk.as_("")
    walk.fills("利用者ID", "tanaka")
    walk.fills("パスワード", walk.password("tanaka"))
    walk.presses("サインインする")
    walk.sees("ボード")


def _enter_a_person(walk: Walk) -> None:
    walk.page.goto("/persons")
    walk.sees("患者をさがす")
    walk.presses("はじめての方を登録する")
    for field, value in zip(("family_name", "given_name", "family_kana", "given_kana"), NAME, strict=True):
        walk.page.locator(f"#{field}").fill(value)
    walk.page.locator("#birth_date").fill("S11.5.3")
    walk.page.locator("#sex input").first.check()
    walk.presses("登録する")
    walk.presses("同意を記録する")
    walk.page.locator("main form .btn-main").click()
    walk.presses("担当を選ぶ")
    walk.page.locator("#text").fill("さくら")
    walk.page.keyboard.press("Enter")
    walk.presses("ここにする")
    walk.presses("担当に決める")


def _enter_the_stay(walk: Walk) -> None:
    walk.presses("入院を登録する")
    walk.page.locator("#admitted_at_day").fill("2026-11-20")
    walk.page.locator("#admitted_at_time").fill("10:00")
    walk.page.locator("main form .btn-main").click()
    walk.sees("退院の予定を入れる")
    walk.page.locator("#planned_at_day").fill("2026-12-20")
    walk.presses("退院の予定を記録する")


def _write_and_send(walk: Walk) -> None:
    walk.presses("退院情報を書く")
    walk.presses("下書きを保存")
    walk.presses("足りない項目を見る")
    stay_id = walk.page.url.split("/stays/")[1].split("/")[0]
    client = sign_in(walk.stack, "tanaka")
    whole = a_note(client, stay_id)
    client.put(f"/api/stays/{stay_id}/note", {"content": whole})
    walk.page.goto(f"/stays/{stay_id}/note")
    walk.presses("確かめて送る")
    walk.presses("もどって直す")
    client.put(f"/api/stays/{stay_id}/note", {"content": {"meal": None}})
    walk.page.goto(f"/stays/{stay_id}/note")
    walk.presses("空欄のまま、確かめる画面へ")
    walk.page.locator("form.answer .btn-main").click()


def _look_and_take_back(walk: Walk) -> None:
    walk.goes("ボード")
    for group in ("対応が必要", "返事待ち", "受け取り済み"):
        walk.sees(group)
    row = walk.page.get_by_role("row", name=" ".join(NAME[:2])).first
    row.get_by_role("link").last.click()
    walk.sees("連絡の行方")
    walk.reads("ボード")
    walk.presses("取り消す")
    walk.fills("取り消す理由", "別の方の内容でした")
    walk.presses("取り消す")
