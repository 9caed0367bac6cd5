"""What the watch can find, in Japanese and English, with what to do: codes, counts and names of parts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong. `code` tells it from others, also while its numbers change.

    `says` and `do` are a sentence in Japanese and one in English.
    """

    code: str
    says: tuple[str, str]
    do: tuple[str, str]


def broker_away(reason: str) -> Trouble:
    """Return that the broker does not answer."""
    return Trouble(
        "broker",
        (
            f"メッセージの仲介（RabbitMQ）が答えません（{reason}）。",
            f"The broker does not answer ({reason}).",
        ),
        (
            "RabbitMQ を起動してください。送ったものはなくならず、戻れば続きから届きます。",
            "Start RabbitMQ. Nothing that was sent is lost: it goes on when the broker is back.",
        ),
    )


def queue_missing(count: int) -> Trouble:
    """Return that queues are not there."""
    return Trouble(
        "queues",
        (f"受け口（キュー）が {count} 個ありません。", f"{count} queues are missing."),
        ("tsunagi migrate を実行してください。", "Run `tsunagi migrate`."),
    )


def queue_full(name: str, ready: int) -> Trouble:
    """Return that messages pile up in a queue."""
    return Trouble(
        f"queue:{name}",
        (f"キュー {name} に {ready} 件たまっています。", f"{ready} messages wait in the queue {name}."),
        (
            "点の前の名前のサービスが動いているか、ログを見てください。",
            "See whether the service before the dot runs, and its log.",
        ),
    )


def dead_letters(count: int) -> Trouble:
    """Return that messages failed for good."""
    return Trouble(
        "dead_letters",
        (f"処理できなかった知らせが {count} 件あります。", f"{count} messages failed for good."),
        (
            "tsunagi dead-letters list で理由を見て、直してから replay で送り直してください。",
            "Read `tsunagi dead-letters list`, mend the cause, then `tsunagi dead-letters replay`.",
        ),
    )


def database_away(service: str, reason: str) -> Trouble:
    """Return that a service's database does not answer."""
    return Trouble(
        f"database:{service}",
        (
            f"{service} のデータベースが答えません（{reason}）。",
            f"The database of {service} does not answer ({reason}).",
        ),
        (
            "PostgreSQL とディスクの空きを確かめてください。",
            "See that PostgreSQL runs and that its disk has room.",
        ),
    )


def outbox_old(service: str, count: int, age_s: float) -> Trouble:
    """Return that facts wait to be published."""
    minutes = int(age_s // 60)
    return Trouble(
        f"outbox:{service}",
        (
            f"{service} の知らせが {count} 件、{minutes} 分前から出ていません。",
            f"{count} facts of {service} are not published, the oldest for {minutes} minutes.",
        ),
        (
            f"{service} と RabbitMQ が動いているか見てください。動けば自然に出ます。",
            f"See that {service} and the broker run: they are published then by themselves.",
        ),
    )


def channel_silent(channel: str, count: int, age_s: float) -> Trouble:
    """Return that nothing has gone out by a channel since the oldest that waits for it."""
    minutes = int(age_s // 60)
    return Trouble(
        f"channel:{channel}",
        (
            f"経路 {channel} が送れていません。{count} 通が待ち、最も古いものは {minutes} 分前です。",
            f"Nothing goes out by {channel}: {count} letters wait, the oldest for {minutes} minutes.",
        ),
        (
            "送り先のサーバーと tsunagi doctor を見てください。段の連絡は受信箱で続いています。",
            "See that channel's server and `tsunagi doctor`. Meanwhile the inbox and the ladder work.",
        ),
    )


def ladders_late(count: int, age_s: float) -> Trouble:
    """Return that nobody asks the next ones of alerts that were not answered in time."""
    minutes = int(age_s // 60)
    return Trouble(
        "ladders",
        (
            f"次の段に進む時刻を過ぎた連絡が {count} 件あります。最も古いものは {minutes} 分前です。",
            f"{count} alerts do not climb to their next rung, the oldest for {minutes} minutes.",
        ),
        (
            "notify が動いているか、ログを見てください。動けば自然に進みます。",
            "See that notify runs, and its log: they climb then by themselves.",
        ),
    )


def process_away(name: str, reason: str) -> Trouble:
    """Return that a process does not answer."""
    return Trouble(
        f"process:{name}",
        (f"{name} が答えません（{reason}）。", f"{name} does not answer ({reason})."),
        (
            f"{name} のログを見て、起動し直してください。",
            f"Read the log of {name}, and start it again.",
        ),
    )


def loop_held(service: str, loop: str, age_s: float) -> Trouble:
    """Return that a loop has not turned for long, or has failed at every turn."""
    return Trouble(
        f"loop:{service}.{loop}",
        (
            f"{service} のくり返し処理 {loop} が {int(age_s)} 秒、止まっているか、失敗し続けています。",
            f"The loop {loop} of {service} has stood still or failed for {int(age_s)} s.",
        ),
        (
            f"{service} のログとデータベースを見てください。分からなければ、起動し直してください。",
            f"See the log of {service} and its database; when in doubt restart {service}.",
        ),
    )


def look_broke(name: str, reason: str) -> Trouble:
    """Return that the watch itself could not see something."""
    return Trouble(
        f"look:{name}",
        (f"{name} を確かめられませんでした（{reason}）。", f"{name} could not be looked at ({reason})."),
        ("tsunagi doctor で確かめてください。", "See what `tsunagi doctor` says."),
    )
