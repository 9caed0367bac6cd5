"""What outside of the program keeps an instance from running, in Japanese and English, with what to do."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Starting, migrating and a day's work need less; below it a start would only fail half-way.
NEEDED_BYTES = 30_000_000
# So little that a write may fail.
_LAST_BYTES = 1_000_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


class Obstacle(Exception):
    """One sentence in each language on what is wrong and what to do."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese}\n{english}")


def disk_full(folder: Path) -> Obstacle:
    """Return that there is no room at `folder`."""
    return Obstacle(
        f"{folder} のディスクに空きがありません。不要なファイルを消して、もう一度始めてください。"
        "受け取ったものは、なくなっていません。",
        f"The disk of {folder} is full: remove what is not needed and start again."
        " Nothing that was accepted is lost.",
    )


def no_room_now(folder: Path) -> str:
    """Return that a running instance cannot save anything, and what ends that."""
    return (
        f"{folder} のディスクに空きがなく、いまは何も保存できません。"
        "不要なファイルを消してください。そのあとは、そのまま続きます。\n"
        f"The disk of {folder} is full and nothing can be saved now: remove what is not needed."
        " Afterwards it goes on by itself."
    )


def not_writable_now(folder: Path) -> str:
    """Return that a running instance may not write any more, and what to do."""
    return (
        f"{folder} に書き込めなくなり、いまは何も保存できません。ディスクを確かめてください。\n"
        f"{folder} cannot be written any more and nothing can be saved now: look after its disk."
    )


def not_writable(folder: Path) -> Obstacle:
    """Return that this account cannot write at `folder`."""
    return Obstacle(
        f"{folder} に書き込めません。フォルダーの持ち主として始めるか、書き込めるディスクを使ってください。",
        f"{folder} cannot be written: start it as the account that owns the folder, or on a disk that is not"
        " read-only.",
    )


def in_use(folder: Path) -> Obstacle:
    """Return that another process runs the instance in `folder`."""
    return Obstacle(
        f"{folder} は、もう動いています。先にそれを止めてください(始めた画面で Ctrl-C)。",
        f"{folder} is running already: stop it first (Ctrl-C where it was started).",
    )


def worked_on(folder: Path) -> Obstacle:
    """Return that a command works on the resting instance in `folder`."""
    return Obstacle(
        f"{folder} では、いま別のコマンドが動いています。それが終わってから、もう一度始めてください。",
        f"A command is at work on {folder}: start it again when that has ended.",
    )


def waiting_for(folder: Path) -> str:
    """Return that an instance can neither be asked nor be held at this moment."""
    return (
        f"{folder} は、始まるところか、止まるところか、別のコマンドの途中です。待っています。\n"
        f"{folder} is starting, stopping, or worked on by another command; waiting for it."
    )


def busy(folder: Path) -> Obstacle:
    """Return that waiting for that was in vain."""
    return Obstacle(
        f"{folder} の用意が終わらず、何も行いませんでした。少し待って、もう一度実行してください。",
        f"{folder} was busy all the time and nothing was done: call this again in a while.",
    )


def ended_meanwhile(folder: Path) -> Obstacle:
    """Return that nobody can say whether a command came to its end."""
    return Obstacle(
        f"途中で {folder} が終わったため、結果がわかりません。"
        "もう一度始めて、同じコマンドを実行してください。",
        f"{folder} ended meanwhile and what became of the command is not known: start it again and call the"
        " same command once more.",
    )


def of_somebody_else(folder: Path) -> Obstacle:
    """Return that this account may not touch the instance in `folder`."""
    return Obstacle(
        f"{folder} は、このアカウントのものではありません。フォルダーの持ち主として実行してください。",
        f"{folder} belongs to another account: call this as the owner of the folder.",
    )


def keys_lost(path: Path) -> Obstacle:
    """Return that a file of keys holds none any more, and that no new one may take its place unasked."""
    return Obstacle(
        f"{path} に鍵がありません。二段階認証の秘密は、ここにあった鍵でしか読めません。このファイルを控えから"
        "戻してください。二段階認証をまだだれも使っていないときは、空のファイルを消して、もう一度始めてください。",
        f"{path} holds no key, and only the keys that were in it read the second factors: put the file back"
        " from a copy. If nobody uses a second factor yet, delete the empty file and start again.",
    )


def port_taken(port: int) -> Obstacle:
    """Return that another program listens where the pages are to be."""
    return Obstacle(
        f"ポート {port} は、ほかのプログラムが使っています。"
        "それを止めるか、--port で別の番号を選んで、もう一度始めてください。",
        f"Port {port} is used by another program: stop that, or choose another one with --port, and start"
        " again.",
    )


def port_moved(port: int, to: int) -> str:
    """Return that the pages are elsewhere than last time, as nothing depends on where they are."""
    return (
        f"ポート {port} は、ほかのプログラムが使っています。代わりに {to} を使います。\n"
        f"Port {port} is used by another program; {to} is taken instead."
    )


def other_profile(folder: Path, found: str, wanted: str) -> Obstacle:
    """Return that `folder` was made by another profile."""
    return Obstacle(
        f"{folder} は {found} で作られたもので、{wanted} では動きません。"
        f"--profile {found} で始めるか、--instance で別のフォルダーを選んでください。",
        f"{folder} was made by the profile {found} and does not run as {wanted}: start it with"
        f" --profile {found}, or name another folder with --instance.",
    )


def instance_unreadable(folder: Path) -> Obstacle:
    """Return that the file with ports and passwords cannot be understood."""
    return Obstacle(
        f"{folder}/instance.json が壊れています。バックアップから戻してください(tsunagi restore)。",
        f"{folder}/instance.json is broken: restore the instance from a backup (tsunagi restore).",
    )


def bus_broken(folder: Path) -> Obstacle:
    """Return that what was under way cannot be read. The databases know of all of it."""
    return Obstacle(
        f"{folder}/bus/bus.db が壊れているか、なくなっています。"
        f"tsunagi rebuild-bus --instance {folder} で作り直して、もう一度始めてください。"
        "受け取ったものは、なくなっていません。",
        f"{folder}/bus/bus.db is broken or missing: run tsunagi rebuild-bus --instance {folder} and start"
        " again. Nothing that was accepted is lost.",
    )


def database_broken(file: Path) -> Obstacle:
    """Return that a service's file cannot be read."""
    return Obstacle(
        f"{file} が壊れています。ディスクを確かめ、バックアップから戻してください(tsunagi restore)。",
        f"{file} is broken: see that its disk is not failing, and restore a backup (tsunagi restore).",
    )


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Raise what is in the way at `folder` instead of the error that came of it."""
    try:
        yield
    except Exception as error:
        in_the_way = None if isinstance(error, Obstacle) else at(folder, error)
        if in_the_way is not None:
            raise in_the_way from error
        raise


def at(folder: Path, error: BaseException | None = None) -> Obstacle | None:
    """Return what keeps this account from writing at `folder` now, or what `error` says of that."""
    found = _of(folder, error) or _by_trying(folder)
    if found is None and shutil.disk_usage(_existing(folder)).free < NEEDED_BYTES:
        return disk_full(folder)
    return found


def now(folder: Path) -> str:
    """Return what keeps a running instance from saving, or nothing; this writes nothing itself."""
    disk = os.statvfs(folder)
    if disk.f_flag & os.ST_RDONLY:
        return not_writable_now(folder)
    return no_room_now(folder) if disk.f_bavail * disk.f_frsize < _LAST_BYTES else ""


def _by_trying(folder: Path) -> Obstacle | None:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)) as file:
            file.write(bytes(100_000))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return _of(folder, error)
    return None


def _of(folder: Path, error: BaseException | None) -> Obstacle | None:
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL:
        return disk_full(folder)
    return not_writable(folder) if number in _CLOSED else None


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.resolve().parents) if each.exists())
