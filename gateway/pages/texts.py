"""通知の文面: every text that goes out, by channel and language, drawn by what sends it."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _

from contracts.faxes import LIFE_D
from contracts.roles import DESK, OPERATOR
from contracts.texts import known
from gateway import language
from gateway.ask import ask_each, signed_in
from gateway.pages.blueprint import pages
from gateway.pages.faxes import paper, picture
from gateway.pages.filters import now
from gateway.parts import parts
from gateway.translating import written_in

Row = dict[str, Any]

_OWNERS = ("notify", "accounts")
_CHANNELS = {
    "email": _("メール"),
    "push": _("端末の通知"),
    "phone": _("電話で読む文"),
    "webhook": _("ほかのシステム（Webhook）"),
}
WORDS = {
    "discharge_note": _("連絡が届いたとき"),
    "several": _("何件かが同時に届いたとき"),
    "digest": _("1日1回のまとめ"),
    "list": _("返事のない連絡の一覧（連携支援センターへ）"),
    "webhook": _("ほかのシステムに届かないとき（管理者へ）"),
    "test": _("試しに送ったとき"),
    "notice": _("連絡が届いたとき"),
    "several_notice": _("何件かが同時に届いたとき"),
    "test_notice": _("試しに送ったとき"),
    "call": _("誰にも届いていない連絡を、電話で知らせるとき"),
    "handoff": _("連絡の状態が変わったとき"),
    "invitation": _("職員を加えたとき、パスワードを忘れたとき"),
    "notice.reset": _("二段階認証を、管理者が解除したとき"),
    "notice.added": _("二段階認証を、使いはじめたとき"),
    "notice.moved": _("二段階認証を、別のスマートフォンに移したとき"),
    "notice.ended": _("二段階認証を、使わなくなったとき"),
    "notice.code_used": _("回復コードでサインインがあったとき"),
    "notice.key_made": _("その人の名前で動く鍵が作られたとき"),
}


@pages.get("/texts")
@signed_in(DESK, OPERATOR)
def texts() -> str:
    """Show all texts in one language."""
    chosen = _chosen()
    answers = ask_each(_OWNERS, "list_texts")
    found = [one for answer in answers.values() if answer for one in answer["texts"]]
    found.append({"channel": "phone", "text": "call", "language": chosen} | _call(chosen))
    shown = [one | {"word": WORDS[one["text"]]} for one in found if one["language"] in (chosen, None)]
    return render_template(
        "texts.html",
        channels=[
            (code, word, [one for one in shown if one["channel"] == code]) for code, word in _CHANNELS.items()
        ],
        chosen=chosen,
        languages=language.LANGUAGES,
        is_all=None not in answers.values(),
    )


@pages.get("/texts/fax-sheet")
@signed_in(DESK, OPERATOR)
def text_of_fax() -> str:
    """Show a cover sheet as it is printed, for offices that there are not."""
    sheet = _sample_sheet()
    return render_template("fax_sheet.html", is_sample=True, one=sheet["one"], paper=paper(sheet))


def _chosen() -> str:
    return known(request.args.get("language") or language.present())


def _call(chosen: str) -> Row:
    with written_in(chosen):
        words = render_template("parts/call_words.html", office="架空総合病院", code="K4M7-2PX")
    return {"subject": "", "body": words.strip()}


def _sample_sheet() -> Row:
    link, at = f"{parts().settings.public_url}/r/…", now()
    mine = {
        "name": "架空市 在宅医療・介護連携支援センター",
        "phone": "000-000-0000",
        "fax": "000-000-0001",
    }
    sheet = {"made_at": at, "ends_at": at + timedelta(days=LIFE_D)}
    return {
        "one": {"code": "K4M7-2PX", "return_code": "XXXX-XXXX", "sheet": sheet},
        "receiver": {"name": "架空ケアプランセンター", "fax": "000-000-0002"},
        "sender": {"name": "架空総合病院"},
        "mine": mine,
        "picture": picture(link),
    }
