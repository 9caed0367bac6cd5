"""What an operator has to know of how the parts stand: what is wrong, how badly, and what to do.

The limits and the words are those of the alert rules and the handbook (docs/operating.md).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import gettext as _

OK, WARN, BAD = "ok", "warn", "bad"

OUTBOX_SLOW_S, OUTBOX_LATE_S = 10, 60
UNTOLD_S = 120
LADDER_LATE_S = 60
LETTER_LATE_S = JOB_LATE_S = 900
UNSEALED_S = 60
DISK_LOW, DISK_FULL = 5e9, 2e9
QUEUE_LONG = 100


class Trouble(NamedTuple):
    """What is wrong, what to do, and where in the handbook more is written; `where` names a part or queue."""

    health: str
    where: str
    what: str
    do: str
    runbook: str


def troubles(services: list[dict[str, Any]]) -> list[Trouble]:
    """Return what is wrong, the worst first."""
    found = [trouble for one in services for trouble in _of_service(one)]
    return sorted(found, key=lambda trouble: trouble.health != BAD)


def worst(found: list[Trouble]) -> str:
    """Return how all stands together."""
    return min((trouble.health for trouble in found), key=(BAD, WARN).index, default=OK)


def _of_service(one: dict[str, Any]) -> Iterator[Trouble]:
    name = one["service"]
    if one["is_away"]:
        do = _("返事がありません。連絡は失われていません。もどると、順に届きます。")
        yield Trouble(BAD, name, _("動いていません"), do, "a-part-that-is-away")
        return
    if one["faults"]:
        do = _("理由：%(codes)s", codes=", ".join(one["faults"]))
        yield Trouble(BAD, name, _("仕事ができません"), do, "when-something-is-wrong")
    yield from _of_outbox(one)
    yield from _of_figures(name, one["figures"])
    for queue, depth in one["queues"].items():
        yield from _of_queue(queue, depth)


def _of_outbox(one: dict[str, Any]) -> Iterator[Trouble]:
    do = _(
        "連絡は失われていません。RabbitMQ が動いているか、受け取れるか（ディスク・メモリー）を見てください。"
    )
    if one["outbox_oldest_s"] > OUTBOX_LATE_S:
        yield Trouble(BAD, one["service"], _("知らせが送り出されていません"), do, "facts-that-wait")
    elif one["outbox_oldest_s"] >= OUTBOX_SLOW_S or not one["relay_is_well"]:
        yield Trouble(WARN, one["service"], _("知らせの送り出しが遅れています"), do, "facts-that-wait")


def _of_figures(name: str, figures: dict[str, float]) -> Iterator[Trouble]:
    yield from (Trouble(health, name, what, do, at) for health, what, do, at in _judged(figures))


def _judged(figures: dict[str, float]) -> Iterator[tuple[str, str, str, str]]:
    def over(figure: str, limit: float) -> bool:
        return figures.get(figure, 0) > limit

    if over("handoff_untold_s", UNTOLD_S):
        do = _("notify と配達不能を見てください。続く間は、受け手の事業所に電話してください。")
        yield BAD, _("送られた連絡が、だれにも知らされていません"), do, "a-handoff-that-nobody-was-told-of"
    if over("ladder_late_s", LADDER_LATE_S):
        do = _("時間が過ぎても、次の人に知らされていません。notify の記録を見てください。")
        yield BAD, _("次の人への引き継ぎが遅れています"), do, "a-ladder-that-is-late"
    if over("delivery_oldest_s", LETTER_LATE_S):
        do = _(
            "受信箱には届いています。メールサーバーの設定と証明書、通知のサービスへの接続を確かめてください。"
        )
        yield BAD, _("メールか端末への通知が送れていません"), do, "mail-that-does-not-go-out"
    if over("deliveries_failed", 0):
        do = _(
            "この24時間に %(count)s件。宛先は、その人の事業所が直します。",
            count=int(figures["deliveries_failed"]),
        )
        yield WARN, _("届かなかったメールか端末への通知があります"), do, "mail-that-does-not-go-out"
    if over("alerts_overdue", 0):
        do = _("%(count)s件。センターに電話してください。", count=int(figures["alerts_overdue"]))
        yield WARN, _("連携支援センターも受けていない連絡があります"), do, "a-ladder-that-is-late"
    if over("access_log_oldest_s", UNSEALED_S):
        do = _("記録は失われていません。このサービスの記録を見てください。")
        yield WARN, _("閲覧の記録が封じられていません"), do, "the-access-log"
    if over("job_oldest_s", JOB_LATE_S):
        yield WARN, _("作業が始まっていません"), _("worker が動いているか見てください。"), "jobs-that-wait"
    free = figures.get("disk_free_bytes", DISK_LOW)
    if free < DISK_LOW:
        do = _("残り %(gb).1f GB。1 GBで知らせが止まります。", gb=free / 1e9)
        yield BAD if free < DISK_FULL else WARN, _("ディスクの空きが少なくなっています"), do, "disk"


def _of_queue(queue: str, depth: dict[str, Any]) -> Iterator[Trouble]:
    if depth["missing"]:
        do = _("待ち行列がありません。tsunagi migrate を実行してください。")
        yield Trouble(BAD, queue, _("行列なし"), do, "facts-that-wait")
    elif not depth["consumers"]:
        do = _("連絡は失われていません。受け手のサービスを始め直してください。")
        yield Trouble(BAD, queue, _("受け手なし"), do, "facts-that-wait")
    if depth["dead"]:
        what = _("%(count)s件の知らせが止まっています", count=depth["dead"])
        do = _("何度試しても処理できなかったものです。原因を直してから、もう一度送れます。")
        yield Trouble(BAD, queue, what, do, "dead-letters")
    if depth["ready"] >= QUEUE_LONG:
        do = _("連絡は失われていません。受け手の記録を確かめてください。")
        yield Trouble(WARN, queue, _("たまっています"), do, "facts-that-wait")
