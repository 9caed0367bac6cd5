"""`tsunagi doctor` as a whole: what breaks or hangs is told, the rest goes on, no secret gets out."""

import json
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from tsunagi import instance as instances
from tsunagi.doctor.databases import database
from tsunagi.doctor.examination import examine
from tsunagi.doctor.finding import doubtful, well, wrong
from tsunagi.doctor.place import Place
from tsunagi.parts import SERVICES

HERE = Place({})


def breaks(place):
    yield well("first", "it is there")
    raise RuntimeError("no luck\nat all")


def hangs(place):
    threading.Event().wait(30)
    yield well("hangs", "never")


def goes_well(place):
    yield well("last", "all is well")


def test_a_check_that_breaks_is_told_and_the_others_go_on():
    found = list(examine(HERE, {"breaks": breaks, "last": goes_well}))

    assert [(each.check, each.state) for each in found] == [
        ("first", "ok"),
        ("breaks", "failed"),
        ("last", "ok"),
    ]
    assert found[1].says == "the check itself broke: RuntimeError: no luck"
    assert found[1].do


def test_a_check_that_hangs_is_told_and_the_others_go_on():
    found = list(examine(HERE, {"hangs": hangs, "last": goes_well}, limit_s=0.1))

    assert [(each.check, each.state, each.says) for each in found] == [
        ("hangs", "failed", "no answer within 0.1 s"),
        ("last", "ok", "all is well"),
    ]


@pytest.mark.parametrize("error", [ValueError, KeyError])
def test_an_error_that_quotes_what_it_could_not_read_is_told_by_its_kind_only(error):
    def quotes(place):
        raise error("half-of-a-password")

    [found] = examine(HERE, {"quotes": quotes})

    assert found.says == f"the check itself broke: {error.__name__}"


def test_secrets_in_the_words_of_others_are_hidden(tmp_path):
    file = tmp_path / "url"
    file.write_text("amqp://tsunagi:rabbit%2Fword@host/\n")
    place = Place({"TSUNAGI_SMTP_URL": "smtp://me:mail-word@host", "TSUNAGI_AMQP_URL_FILE": str(file)})

    def tells_all(place):
        yield wrong("tells", "mail-word and rabbit/word", "smtp://me:mail-word@host")
        raise OSError("rabbit%2Fword was refused")

    found = list(examine(place, {"tells": tells_all}))

    assert [(each.says, each.do) for each in found[:1]] == [("… and …", "…")]
    assert found[1].says == "the check itself broke: OSError: … was refused"


def test_a_line_reads_well_without_its_symbol():
    assert well("disk", "3.0 GB free").in_words() == "✓ ok      disk: 3.0 GB free"
    assert doubtful("disk", "only 1.0 GB free", "Free space.").in_words().split("\n") == [
        "! warning disk: only 1.0 GB free",
        "          Free space.",
    ]
    assert wrong("disk", "full", "Free space.").in_words().startswith("✗ failed  disk: full")


def doctor(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tsunagi", "doctor", "--instance", str(folder), *words],
        env={**instances.from_outside(), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_instance_that_was_never_started_is_looked_at_and_left_as_it_is(tmp_path):
    made = instances.ensure(tmp_path / "here", "test", profile="embedded")
    before = sorted(made.folder.rglob("*"))

    done = doctor(made.folder, "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {frozenset(each) for each in found} == {frozenset({"check", "state", "says", "do"})}
    assert {each["check"]: each["says"] for each in found if each["state"] == "failed"} == {
        **{f"database {name}": "there is no file yet" for name in SERVICES},
        "broker": "the bus has no file yet",
    }
    assert all(each["do"] for each in found if each["state"] != "ok")
    assert sorted(made.folder.rglob("*")) == before


def test_no_value_of_a_setting_is_printed(tmp_path):
    amqp, database = "amqp://a:17%/rabbit-word@host/", "postgresql+psycopg://b:18/psql-word@host/db"
    wrongly = {
        "TSUNAGI_AMQP_URL": amqp,
        "TSUNAGI_DATABASE_URL_SHARING": database,
        "TSUNAGI_SMTP_URL": "smtp://c:19/mail-word@host",
        "TSUNAGI_MAX_WORKERS": "many-hands",
        "TSUNAGI_SECRET_KEY": "short-key",
        "TSUNAGI_MUNICIPALITY": "mito-shi",
    }

    for words in ((), ("--json",)):
        done = doctor(tmp_path, *words, **wrongly)

        assert done.returncode == 1
        told = done.stdout + done.stderr
        pieces = ("-word", "17%", "18/", "19/", "many", "short-key", "mito", "Traceback")
        assert [piece for piece in pieces if piece in told] == []
        assert "TSUNAGI_MAX_WORKERS is not well-formed: a whole number is needed" in told


def test_without_an_instance_it_says_so(tmp_path):
    done = doctor(tmp_path / "none")

    assert done.returncode == 2
    assert "There is no instance in" in done.stderr


def test_an_instance_whose_file_is_broken_is_told_in_a_sentence(tmp_path):
    (tmp_path / "instance.json").write_text('{"passwords": {"broker_admin": "rabbit-word"')

    done = doctor(tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    japanese, english = done.stderr.splitlines()
    assert japanese.endswith(
        "/instance.json が壊れています。バックアップから戻してください(tsunagi restore)。"
    )
    assert english.endswith("/instance.json is broken: restore the instance from a backup (tsunagi restore).")


def test_a_database_file_that_is_none_is_told(tmp_path):
    (tmp_path / "x.db").write_bytes(b"this is no database" * 100)
    place = Place({"TSUNAGI_DATABASE_URL_SHARING": f"sqlite:///{tmp_path}/x.db"})

    found = list(examine(place, {"database sharing": partial(database, service="sharing")}))

    assert [(each.state, each.says) for each in found] == [("failed", "its file cannot be used")]
