"""The word and the icon for every code that a page shows. One word for each thing."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

# Source: table of states in the project's interface guide; the family of colours is in parts.css.
STATES = {
    "draft": _("下書き"),
    "sent": _("送信済み"),
    "delivered": _("到着"),
    "seen": _("開封"),
    "acknowledged": _("受け取り済み"),
    "accepted": _("お引き受け"),
    "completed": _("完了"),
    "escalated": _("次の担当へ"),
    "declined": _("お断り"),
    "overdue": _("期限切れ"),
    "recalled": _("取り消し"),
    "superseded": _("新しい版あり"),
}
STATE_ICONS = {"overdue": "alarm", "recalled": "back", "superseded": "copy"}

ROLES = {
    "discharge_planner": _("退院支援担当"),
    "care_manager": _("ケアマネジャー"),
    "office_manager": _("管理者"),
    "clinician": _("医療職"),
    "care_worker": _("介護職"),
    "desk": _("連携支援センター相談員"),
    "municipal": _("市職員"),
    "emergency": _("救急隊"),
    "auditor": _("監査"),
    "operator": _("運用担当"),
}

RUNGS = {
    "care_manager": _("担当"),
    "deputy": _("副担当"),
    "on_duty": _("当番（その時間の人）"),
    "office_manager": _("管理者"),
    "office": _("ケアマネジャー全員と管理者"),
    "desk": _("連携支援センター"),
}
SKIPPED = {
    "no_office": _("担当の事業所が決まっていないため、飛ばします"),
    "not_known_yet": _("事業所の情報を待っています"),
    "no_member": _("この事業所に利用者がいないため、飛ばします"),
    "no_deputy": _("副担当が決まっていないため、飛ばします"),
    "no_manager": _("管理者が決まっていないため、飛ばします"),
    "not_a_member": _("この事業所の職員ではなくなったため、飛ばします"),
    "suspended": _("利用を止めているため、飛ばします"),
    "away": _("不在のため、飛ばします"),
    "same_person": _("前の段と同じ方のため、飛ばします"),
    "never_open": _("営業日が登録されていないため、飛ばします"),
    "nobody_on_duty": _("その時間の当番がいないため、飛ばします"),
    "may_not_answer": _("当番が、退院情報に返事できない職種のため、飛ばします"),
}

# Of a rota: why nobody is on duty, and what became of an offer to swap.
GAPS = {
    "nobody_on_duty": _("当番がいません"),
    "away": _("当番がいません（不在）"),
    "suspended": _("当番がいません（利用を止めています）"),
    "not_a_member": _("当番がいません（職員ではなくなりました）"),
}
SWAPS = {
    "waits": _("返事を待っています"),
    "accepted": _("引き受けました。当番が替わりました。"),
    "declined": _("断りました。当番は変わりません。"),
    "withdrawn": _("取り下げました。当番は変わりません。"),
    "changed": _("管理者が当番を変えたため、この申し出は終わりました。"),
}

# What `contracts.statistics` counts and measures.
COUNTED = {
    "arrived": _("届いた"),
    "seen": _("開かれた"),
    "acknowledged": _("受け取られた"),
    "declined": _("断られた"),
    "withdrawn": _("取り消し・差し替え"),
    "overdue": _("期限切れになった"),
    "waiting": _("返事待ち（いま）"),
}
MEASURED = {
    "seen": _("開くまで（24時間で数えて）"),
    "acknowledged": _("受け取るまで（24時間で数えて）"),
    "seen_office": _("開くまで（営業時間）"),
    "acknowledged_office": _("受け取るまで（営業時間）"),
}

# The rules of `contracts.rules`.
RULES = {
    "discharge_noted.urgent": _("退院情報（急ぎ）"),
    "discharge_noted.today": _("退院情報（今日中）"),
}
RULE_STEPS = {
    "reminded": _("もう一度知らせる"),
    "overdue": _("期限切れ"),
    "desk_reminded": _("返事があるまで、くり返し知らせる"),
}
CLOSED = {"holiday": _("休み（祝日）"), "closed_day": _("休み（登録された休業日）"), "weekday": _("休み")}

# What an office did with a handoff before it was answered.
TAKINGS = {
    "taken": _("対応中"),
    "let_go": _("対応をやめました"),
    "handed_on": _("引き継ぎました"),
}

CHANNELS = {
    "inbox": _("受信箱"),
    "email": _("メール"),
    "push": _("端末への通知"),
    "phone": _("電話"),
    "link": _("リンク"),
    "fax": "FAX",
}
# The order in which somebody is told; as forms have it.
CHANNEL_RANKS = {"1": _("1番目"), "2": _("2番目"), "0": _("使わない")}
DELIVERIES = {
    "queued": _("送るところです"),
    "sent": _("送りました"),
    "failed": _("届けられませんでした"),
    "cancelled": _("取りやめました"),
    "received": _("事業所として受け取りました"),
}

# Why a delivery was given up, and what came of a call.
DELIVERY_REASONS = {
    "no_address": _("宛先が登録されていません"),
    "suspended": _("利用を止めています"),
    "unknown_account": _("利用者が見つかりません"),
    "no_device": _("通知を受け取る端末がありません"),
    "device_gone": _("端末の通知の登録がなくなっています"),
    "push_refused": _("通知のサービスに断られました"),
    "push_busy": _("通知のサービスが受け取りませんでした"),
    "timed_out": _("通知のサービスが答えませんでした"),
    "not_reached": _("通知のサービスにつながりませんでした"),
    "bad_certificate": _("通知のサービスの証明書を確かめられませんでした"),
    "not_found_by_name": _("通知のサービスが見つかりませんでした"),
    "not_public": _("通知のサービスのアドレスを使えません"),
    "mailbox_refused": _("宛先のメールボックスがありません"),
    "bounced": _("宛先に届かず、もどってきました"),
    "mail_expired": _("宛先のメールサーバーに届かず、もどってきました"),
    "mailbox_busy": _("宛先のメールボックスが、3日の間受け取りませんでした"),
    "mail_refused": _("宛先のサーバーに断られました"),
    "server_busy": _("宛先のサーバーが、3日の間受け取りませんでした"),
    "no_mail_server": _("メールのサーバーに、3日の間つながりませんでした"),
    "accounts_unavailable": _("宛先を、3日の間確かめられませんでした"),
    "broke": _("送れませんでした"),
    "off": _("このつなぎでは使っていません"),
    "waits_for_wish": _("受け取る人が希望した時間まで待っています"),
    "no_answer": _("出ませんでした"),
    "call_back": _("かけ直します"),
}
CALL_OUTCOMES = {
    "reached": _("話せた"),
    "no_answer": _("出なかった"),
    "call_back": _("かけ直すことになった"),
}

# What came back on a cover sheet of FAX.
FAX_OUTCOMES = {
    "received": _("受け取りました"),
    "declined": _("お受けできません"),
}
FAX_RETURNS = {
    "received": _("FAXの返事：受け取りました"),
    "declined": _("FAXの返事：お受けできません"),
}

DECLINE_REASONS = {
    "full": _("受け入れの余裕がない"),
    "area": _("担当の地域ではない"),
    "person": _("この方の担当ではない"),
    "other": _("そのほか"),
}
URGENCIES = {"urgent": _("急ぎ"), "today": _("今日中")}
DESTINATIONS = {
    "home": _("ご自宅"),
    "facility": _("施設"),
    "hospital": _("ほかの病院"),
    "other": _("そのほか"),
}
SEXES = {"female": _("女"), "male": _("男"), "other": _("そのほか"), "unknown": _("不明")}
GIVEN_BY = {"self": _("ご本人"), "family": _("ご家族"), "guardian": _("後見人")}

# Source: 要介護状態区分コード of the 国保連 interface; the last three are states of an application.
CARE_LEVELS = {
    "": _("わかりません"),
    "01": _("非該当"),
    "06": _("事業対象者"),
    "12": _("要支援1"),
    "13": _("要支援2"),
    "21": _("要介護1"),
    "22": _("要介護2"),
    "23": _("要介護3"),
    "24": _("要介護4"),
    "25": _("要介護5"),
    "applying": _("申請中"),
    "changing": _("区分変更中"),
    "not_applied": _("未申請"),
}

STAFF_STATES = {"invited": _("招待中"), "active": _("利用中"), "suspended": _("停止中")}
STAY_STATES = {
    "admitted": _("入院中"),
    "discharge_planned": _("退院予定"),
    "discharged": _("退院済み"),
    "cancelled": pgettext("stay", "取り消し"),
}

FACILITY_KINDS = {
    "hospital": _("病院"),
    "clinic": _("診療所"),
    "dental": _("歯科"),
    "pharmacy": _("薬局"),
    "care_office": _("介護サービス事業所"),
    "desk": _("在宅医療・介護連携支援センター"),
    "community_center": _("地域包括支援センター"),
    "municipality": _("市区町村"),
}
WEEKDAYS = {
    "mon": pgettext("weekday", "月"),
    "tue": pgettext("weekday", "火"),
    "wed": pgettext("weekday", "水"),
    "thu": pgettext("weekday", "木"),
    "fri": pgettext("weekday", "金"),
    "sat": pgettext("weekday", "土"),
    "sun": pgettext("weekday", "日"),
}

# The access log's words. Codes are those that services write.
ACTIONS = {
    "read": _("見た"),
    "list": _("一覧を見た"),
    "write": _("書いた"),
    "send": _("送った"),
    "withdraw": pgettext("consent", "取り消した"),
    "seen": _("開いた"),
    "acknowledged": _("受け取った"),
    "accepted": _("引き受けた"),
    "declined": _("断った"),
    "recalled": _("取り消した"),
    "superseded": _("新しい版にした"),
    "completed": _("完了にした"),
    "call": _("電話を記録した"),
    "received": _("事業所として受け取った"),
    "fax": _("FAXの送付状を作った"),
    "fax_returned": _("FAXの返事を記録した"),
}
THINGS = {
    "handoff": _("退院情報"),
    "person": _("患者"),
    "consent": _("同意"),
    "team": _("担当"),
    "stay": _("入院"),
    "note_draft": _("下書き"),
    "access": _("閲覧の記録"),
    "rule": _("連絡のきまり"),
    "rota": _("当番表"),
}


def state_icon(state: str) -> str:
    """Return the name of the icon that goes with a state's word."""
    return STATE_ICONS.get(state, state)
