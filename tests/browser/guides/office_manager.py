"""docs/guides/*/office-manager.md, as 高橋 follows it."""

from datetime import datetime, timedelta

from chassis.clock import TOKYO
from tests.browser.guides.walk import Walk


def follow(walk: Walk) -> None:
    """From the office's hours to stopping somebody's use."""
    walk.as_("takahashi")
    walk.sees("事業所あて")
    walk.sees("営業日と時間")
    walk.reads("職員を加える")
    walk.goes("営業日と時間")
    walk.fills("休む日", "2099-12-29")
    walk.presses("営業日と時間を記録する")
    login = f"walk.{walk.language}"
    _add(walk, login)
    _change(walk, login)
    walk.sees("代わり（副担当）")
    walk.page.locator("#deputy_id").select_option(label="佐藤 恵")
    walk.presses("代わりを記録する")
    walk.fills("不在のはじめ", "2099-12-29")
    walk.fills("不在の終わり", "2099-12-30")
    walk.presses("不在を記録する")
    _put_on_duty(walk)
    _change(walk, login)
    walk.presses("利用を止める")
    walk.presses("また使えるようにする")
    walk.presses("案内を出す")
    walk.as_("takahashi", "/office")
    walk.page.get_by_role("row", name="佐藤 恵").first.get_by_role("link").click()
    walk.sees("管理者にする")


def _put_on_duty(walk: Walk) -> None:
    walk.goes("当番表")
    # The guide is followed in both languages; weekly duties may not overlap.
    walk.chooses("曜日", {"ja": "tue", "en": "thu"}[walk.language])
    walk.sees("当番の人")
    walk.page.locator("#weekly_account_id").select_option(label="佐藤 恵")
    walk.presses("毎週の当番を加える")
    walk.page.locator("#single_day").fill(f"{datetime.now(TOKYO) + timedelta(days=30):%Y-%m-%d}")
    walk.presses("その日の当番を記録する")


def _add(walk: Walk, login: str) -> None:
    walk.goes("職員と代わり")
    walk.presses("職員を加える")
    walk.fills("名前", f"案内 {walk.language}")
    walk.fills("利用者ID", login)
    walk.chooses("役割", "care_manager")
    walk.sees("メール")
    walk.presses("職員を加える")


def _change(walk: Walk, login: str) -> None:
    walk.goes("職員と代わり")
    row = walk.page.get_by_role("row", name=f"案内 {walk.language}")
    name = walk.reads("変える")
    row.get_by_role("link", name=name).click()
