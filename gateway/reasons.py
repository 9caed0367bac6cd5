"""Every code that a service or the gateway gives as a reason, with its sentence in Japanese."""

from flask_babel import lazy_gettext as _

# Why a request is refused (`Problem.reason`).
REASONS = {
    # The gateway's own, and those of every service.
    "problem": _("処理できませんでした。もう一度試してください。"),
    "fault": _(
        "処理できませんでした。内容は保存されていないことがあります。番号を控えて、運用の担当者へ連絡してください。"
    ),
    "bad_request": _("うまく受け取れませんでした。前のページから、もう一度試してください。"),
    "bad_character": _("使えない文字が入っています。その文字を消してください。"),
    "bad_key": _("うまく受け取れませんでした。ページを開き直してください。"),
    "form_expired": _("ページを開いてから時間がたちました。ページを開き直して、もう一度送ってください。"),
    "key_reused": _("同じ画面から、違う内容がもう送られています。ページを開き直してください。"),
    "method_not_allowed": _("この操作はできません。前のページから、もう一度試してください。"),
    "not_an_object": _("形式が違います。項目と値の組で送ってください。"),
    "not_json": _("形式が違います。JSONで送ってください。"),
    "too_large": _("大きすぎて送れません。1メガバイトより小さくしてください。"),
    "invalid": _("入力を確かめてください。"),
    "conflict": _("ほかの人が先に変えたようです。ページを開き直してください。"),
    "not_found": _("見つかりません。すでになくなったか、見る権限がありません。"),
    "access_denied": _("いまの役割では、この操作はできません。"),
    "role": _("いまの役割では、この操作はできません。役割を切り替えてください。"),
    "too_many": _("続けて試されたため、止めています。しばらく待ってから、もう一度試してください。"),
    "unavailable": _(
        "いまつながりにくくなっています。少し待ってから、もう一度押してください。二重には送られません。"
    ),
    # Signing in.
    "not_signed_in": _("サインインしてください。時間がたつと、自動でサインアウトします。"),
    "bad_signature": _("サインインし直してください。"),
    "wrong_password": _("利用者IDかパスワードが違います。"),
    "must_change_password": _("はじめに、パスワードを自分のものに変えてください。"),
    # Demonstrations.
    "clock_is_fixed": _("この環境では、時計を動かせません。"),
}

# What is wrong with one field.
FIELDS = {
    "invalid": _("入力を確かめてください。"),
    "required": _("入力してください。"),
    "unknown_field": _("この項目は受け付けていません。"),
    "not_a_number": _("数字で入れてください（例：1200）。"),
    "bad_key": _("英数字8文字から40文字で送ってください。"),
}

# What a success may warn of.
WARNINGS = {
    "other": _("確かめておきたいことがあります。"),
    "deputy_missing": _("不在の間の代わりが決まっていません。代わりを決めてください。"),
}
