"""docs/guides/*/care-manager.md, as 佐藤 follows it."""

from tests.browser.guides.walk import Walk
from tests.support.people import a_note, a_stay, sign_in


def follow(walk: Walk) -> None:
    """From the inbox to an absence."""
    planner, care_manager = sign_in(walk.stack, "tanaka"), sign_in(walk.stack, "sato")
    for _ in range(4):
        stay_id = a_stay(planner, care_manager)
        planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    walk.stack.broker.settle()
    taken = _receive(walk)
    _refuse(walk)
    walk.page.goto(taken)
    walk.reads("受け取りました")
    walk.sees("担当します")
    walk.sees("お受けできません")
    walk.presses("完了にする")
    _share(walk)
    _be_away(walk)
    walk.reads("自分の設定")
    walk.sees("この端末の設定")
    walk.sees("音で知らせる")
    walk.sees("デスクトップに通知を出す")
    walk.reads("受け取りました")


def _receive(walk: Walk) -> str:
    walk.as_("")
    walk.fills("利用者ID", "sato")
    walk.fills("パスワード", walk.password("sato"))
    walk.presses("サインインする")
    walk.sees("受信箱")
    walk.sees("返事が必要")
    walk.presses("開いて返事する")
    walk.sees("印刷")
    walk.presses("受け取りました")
    taken: str = walk.page.url
    _open_next(walk)
    walk.presses("受け取り、担当します")
    _open_next(walk)
    walk.sees("お受けできません")
    return taken


def _open_next(walk: Walk) -> None:
    # What was answered leaves the list when notify has heard of it.
    walk.stack.broker.settle()
    walk.page.goto("/inbox")
    walk.page.locator(".inbox a.btn").first.click()


def _refuse(walk: Walk) -> None:
    walk.presses("お受けできません")
    walk.sees("理由")
    walk.page.locator("details.decline input[type=radio]").first.check()
    walk.fills("ひとこと", "12月から受けられます")
    walk.presses("お断りを送る")


def _share(walk: Walk) -> None:
    _open_next(walk)
    walk.presses("わたしが対応します")
    walk.sees("対応中")
    walk.sees("対応をやめる")
    walk.sees("ほかの人に引き継ぐ")
    walk.page.goto("/inbox")
    walk.reads("既読")
    walk.sees("未読に戻す")


def _be_away(walk: Walk) -> None:
    walk.page.goto("/menu")
    walk.presses("自分の設定")
    walk.chooses("代わり（副担当）")
    walk.presses("代わりを記録する")
    walk.fills("不在のはじめ", "2099-12-29")
    walk.fills("不在の終わり", "2099-12-30")
    walk.presses("不在を記録する")
    walk.presses("この不在を取り消す")
