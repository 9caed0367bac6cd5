"""The words for what other systems of an office may do and how their keys stand."""

from flask_babel import lazy_gettext as _

SCOPES = {
    "inbox:read": _("受信箱を見る"),
    "handoffs:read": _("退院情報を読む"),
    "handoffs:answer": _("退院情報に返事をする"),
    "notes:write": _("退院情報を書いて送る"),
    "stays:write": _("入院と退院を記録する"),
    "persons:read": _("本人の情報を読む"),
    "persons:write": _("本人と同意を記録する"),
    "conferences:read": _("退院前カンファレンスを見る"),
    "staff:read": _("職員の名前を見る"),
    "directory:read": _("施設と事業所をさがす"),
    "directory:write": _("営業日と時間を変える"),
}
WEBHOOK_STATES = {
    "on": _("送っています"),
    "paused": _("止めています"),
    "restored": _("確認待ちです"),
    "gone": _("送り先がなくなりました"),
}
WEBHOOK_REASONS = {
    "not_found_by_name": _("アドレスの機械が見つかりません"),
    "not_public": _("インターネットのアドレスではありません"),
    "not_https": _("https のアドレスではありません"),
    "not_a_url": _("アドレスの形が違います"),
    "bad_certificate": _("証明書を信用できません"),
    "timed_out": _("時間内に答えがありません"),
    "not_reached": _("つながりません"),
    "redirect": _("ほかのアドレスへ行くように言われました"),
    "refused": _("断られました"),
    "gone": _("送り先がなくなりました"),
    "paused": _("止めている間に期限が過ぎました"),
    "broke": _("送れませんでした"),
}
KEY_STATES = {
    "waits": _("本人の確認待ち"),
    "active": _("使えます"),
    "resting": _("名前の人が利用停止中"),
    "expired": _("期限切れ"),
    "withdrawn": _("取り消し済み"),
}
