"""docs/guides/*/administrator.md: the pages that it names; its commands are those of docs/operating.md."""

from tests.browser.guides.walk import Walk


def follow(walk: Walk) -> None:
    """The first manager's pages, and the auditor's."""
    walk.as_("takahashi", "/menu")
    walk.presses("自分の設定")
    walk.sees("パスワードを変える")
    walk.goes("職員と代わり")
    walk.goes("営業日と時間")
    walk.as_("kansa")
    walk.sees("閲覧の記録")
