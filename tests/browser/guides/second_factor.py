"""docs/guides/*/second-factor.md, as 中村 follows it, and 高橋 when all is lost."""

import re

import pyotp

from tests.browser.guides.walk import Walk

_LOGIN = "nakamura"


def follow(walk: Walk) -> None:
    """Turn it on, sign in with it, renew the codes, have it reset."""
    codes = _turn_on(walk)
    _sign_in(walk, codes[0])
    walk.page.goto("/settings/second-factor")
    walk.sees("回復コードを作り直す")
    walk.sees("二段階認証をやめる")
    walk.as_("takahashi", "/office")
    walk.reads("職員と代わり")
    name = walk.reads("変える")
    walk.page.get_by_role("link", name=re.compile(f"{name}.*中村 健")).click()
    walk.presses("二段階認証を解除する")


def _turn_on(walk: Walk) -> list[str]:
    walk.as_(_LOGIN, "/menu")
    walk.presses("自分の設定")
    walk.presses("二段階認証の設定")
    walk.fills("いまのパスワード", walk.password(_LOGIN))
    walk.presses("設定をはじめる")
    walk.picture("second-factor-new")
    secret = walk.page.locator("p.mono").inner_text().replace(" ", "")
    walk.fills("確認コード", pyotp.TOTP(secret).at(walk.stack.clock.now()))
    walk.presses("確かめて、使いはじめる")
    walk.picture("recovery-codes")
    codes: list[str] = walk.page.locator("pre").inner_text().split()
    walk.presses("控えました。はじめのページへ")
    return codes


def _sign_in(walk: Walk, code: str) -> None:
    walk.as_("")
    walk.page.locator("#login").fill(_LOGIN)
    walk.page.locator("#password").fill(walk.password(_LOGIN))
    walk.page.locator("main .btn-main").click()
    walk.fills("確認コード", code)
    walk.picture("sign-in-code")
    walk.presses("サインインする")
