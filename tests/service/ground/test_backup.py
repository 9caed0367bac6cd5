"""A backup that is not whole, or an instance that is not empty: nothing is restored, and why is said."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from chassis import schema
from chassis.db import Database
from chassis.ids import first_id_at, new_id
from chassis.topology import hearings
from services.directory.entering import add_office
from tests.support.backups import PASSPHRASE, back_up, command, released, restore, settings_of
from tsunagi.backup import cut, making, restored, restoring
from tsunagi.backup.refusal import BackupRefused
from tsunagi.backup.restoring import verified
from tsunagi.parts import SERVICES


@pytest.fixture(scope="module")
def source(machine):
    """An instance with two offices of which nobody has heard yet."""
    made = machine.fresh()
    for name in ("架空訪問看護", "架空居宅"):
        add_office(
            made.instance.database_url("directory"), {"kind": "desk", "municipality": "999997", "name": name}
        )
    yield made
    made.close()


@pytest.fixture(scope="module")
def backup(source, tmp_path_factory):
    return back_up(source, tmp_path_factory.mktemp("backup") / "架空市.backup")


@pytest.fixture
def target(machine):
    made = machine.fresh()
    yield made
    made.close()


def urls_of(home):
    return {service: home.instance.database_url(service) for service in SERVICES}


def hear(home, service, handler, made_at):
    home.database(service).execute(
        "INSERT INTO inbox (handler, fact_id, heard_at) VALUES (:handler, :id, :now)",
        handler=handler, id=first_id_at(made_at), now=datetime.now(UTC),
    )  # fmt: skip
    released(home)


def names(home):
    rows = home.database("directory").rows("SELECT name FROM facility ORDER BY name")
    released(home)
    return [row["name"] for row in rows]


def changed(backup, tmp_path, at):
    raw = bytearray(backup.read_bytes())
    raw[at] ^= 1
    (tmp_path / "changed").write_bytes(raw)
    return tmp_path / "changed"


def test_what_was_saved_is_there_again_and_a_second_restore_is_refused(source, backup, target):
    code, told = command(target, "restore", str(backup))

    assert code == 0, told
    assert told.endswith("2 facts will be sent again")
    assert names(target) == names(source) == ["架空居宅", "架空訪問看護"]
    assert target.database("notify").scalar("SELECT count(*) FROM instance_mark WHERE mark LIKE 'rest%'") == 0
    released(target)

    code, told = command(target, "restore", str(backup))

    assert (code, told) == (
        1,
        "the database of directory holds data; a backup is restored into an empty instance only",
    )
    assert len(names(target)) == 2


def test_the_file_is_its_owners_alone_and_tells_nothing(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "架空居宅".encode() not in backup.read_bytes()
    assert b"facility" not in backup.read_bytes()
    assert [each.name for each in backup.parent.iterdir()] == [backup.name]


def test_a_wrong_passphrase_is_told(backup):
    with pytest.raises(BackupRefused, match="the passphrase is wrong"):
        verified(backup, PASSPHRASE + "x")


@pytest.mark.parametrize("at", [0, 700, 5000, -1600, -1])
def test_a_changed_byte_is_found_wherever_it_is(backup, tmp_path, at):
    with pytest.raises(BackupRefused, match="nothing was restored"):
        verified(changed(backup, tmp_path, at), PASSPHRASE)


@pytest.mark.parametrize("kept", [0, 300, 3000, -1])
def test_a_file_that_was_cut_off_is_refused(backup, tmp_path, kept):
    cut_off = tmp_path / "cut"
    cut_off.write_bytes(backup.read_bytes()[:kept])

    with pytest.raises(BackupRefused, match="nothing was restored"):
        verified(cut_off, PASSPHRASE)


def test_a_damaged_file_leaves_the_instance_empty(backup, target, tmp_path):
    code, told = command(target, "restore", str(changed(backup, tmp_path, -1600)))

    assert code == 1
    assert "the backup is damaged" in told
    assert "Traceback" not in told
    assert names(target) == []


def test_what_changes_between_the_two_readings_is_not_restored_by_half(backup, target, tmp_path):
    about = verified(backup, PASSPHRASE)

    with pytest.raises(BackupRefused, match="damaged"):
        restoring.restore(changed(backup, tmp_path, -1600), PASSPHRASE, about, settings_of(target))

    assert names(target) == []
    assert restore(target, backup) == 2


def test_a_backup_that_cannot_be_written_leaves_nothing(source, tmp_path):
    (tmp_path / "there").write_text("kept")

    for words, reason in (
        ((str(tmp_path / "nowhere" / "file"),), "cannot be written"),
        ((str(tmp_path / "there"),), "never replaces another"),
    ):
        code, told = command(source, "backup", *words)
        assert (code, reason in told, "Traceback" in told) == (1, True, False), told
    code, told = command(source, "backup", str(tmp_path / "full"), ulimit="2")

    assert (code, "Traceback" in told) == (1, False), told
    assert "cannot be" in told
    assert [each.name for each in tmp_path.iterdir()] == ["there"]
    assert (tmp_path / "there").read_text() == "kept"


@pytest.fixture(params=["links", "no links"])
def file_system(request, monkeypatch):
    """What file systems of memory sticks answer."""

    def refuse(*_):
        raise PermissionError("there are no links")

    if request.param == "no links":
        monkeypatch.setattr("os.link", refuse)


@pytest.mark.usefixtures("file_system")
def test_a_name_that_was_taken_meanwhile_is_not_replaced(tmp_path):
    file = tmp_path / "there"

    with pytest.raises(BackupRefused, match="never replaces another"), making.new_file(file):
        file.write_text("kept")

    assert file.read_text() == "kept"
    assert [each.name for each in tmp_path.iterdir()] == ["there"]


@pytest.mark.usefixtures("file_system")
def test_a_file_gets_its_name_at_the_end(tmp_path):
    with making.new_file(tmp_path / "new") as out:
        out.write(b"whole")
        assert not (tmp_path / "new").exists()

    assert (tmp_path / "new").read_bytes() == b"whole"
    assert [each.name for each in tmp_path.iterdir()] == ["new"]


def test_an_instance_whose_restore_is_unfinished_is_not_backed_up(target, tmp_path):
    with target.database("notify").begin() as tx:
        restored.mark(tx, new_id())
    released(target)

    with pytest.raises(BackupRefused, match="a restore of this instance was not finished"):
        back_up(target, tmp_path / "file")


@pytest.mark.long
def test_a_backup_of_an_older_version_is_brought_to_the_present_shape(source, target, machine, tmp_path):
    old = machine.fresh()
    for table in ("sign_in_place", "sign_in_known"):
        old.database("accounts").execute(f"DROP TABLE {table}")
    old.database("directory").execute("DROP INDEX ix_facility_order")
    if not old.is_embedded:
        old.database("directory").execute("DROP FUNCTION search_grams CASCADE")
    for service in ("accounts", "directory"):
        old.database(service).execute("UPDATE alembic_version SET version_num = '0001'")
    released(old)
    back_up(old, tmp_path / "old")
    old.close()

    restore(target, tmp_path / "old")

    for service in ("accounts", "directory"):
        assert target.database(service).scalar("SELECT version_num FROM alembic_version") == "0002"
    assert target.database("accounts").rows("SELECT * FROM sign_in_place") == []
    released(target)


def test_a_backup_of_a_newer_version_is_refused(backup):
    about = verified(backup, PASSPHRASE)
    about["revisions"]["sharing"] = "9999"

    with pytest.raises(BackupRefused, match=r"newer than this program \(sharing 9999\)"):
        restoring.check_version(about)


def test_a_real_instance_takes_no_backup_of_another_kind(backup, target):
    about = verified(backup, PASSPHRASE) | {"instance": "demo"}

    with pytest.raises(BackupRefused, match="a demo instance and this is a test one"):
        restoring.restore(backup, PASSPHRASE, about, settings_of(target))


@pytest.mark.parametrize("age_s", [0, 600])
def test_a_fact_that_was_heard_and_is_in_no_journal_makes_the_moment_a_wrong_one(target, age_s):
    now = datetime.now(UTC)
    made_at, urls = now - timedelta(seconds=age_s), urls_of(target)
    with cut.taken(urls) as (looks, began_at):
        assert cut.is_consistent(looks, began_at)
    hear(target, "notify", "on_facility_changed", made_at)

    with cut.opened(urls) as looks:
        assert not cut.is_consistent(looks, now)


def test_each_hearer_is_looked_at_before_whom_it_hears_but_for_those_that_notify_hears_itself():
    wrong_way = {
        (each.fact.service, each.hearer)
        for each in hearings()
        if cut.ORDER.index(each.hearer) > cut.ORDER.index(each.fact.service)
    }

    assert wrong_way == {("notify", "sharing"), ("notify", "accounts")}
    assert sorted(cut.ORDER) == sorted(SERVICES)


def test_a_restore_that_was_broken_off_keeps_programs_out_and_is_repeated(backup, target):
    if target.is_embedded:
        pytest.skip("files are put in place by one step")
    restore(target, backup)
    about = verified(backup, PASSPHRASE)
    for service in ("accounts", "directory", "sharing"):
        db = Database(target.instance.database_url(service), pool_size=1)
        with db.begin() as tx:
            restored.mark(tx, about["id"])
        db.close()

    with (
        target.database("directory").begin() as tx,
        pytest.raises(schema.RefusesToStart, match="run `tsunagi restore` again"),
    ):
        schema.check(tx, "directory")
    released(target)

    restore(target, backup)

    assert len(names(target)) == 2
    marks = [
        target.database(service).scalar("SELECT count(*) FROM instance_mark WHERE mark LIKE 'rest%'")
        for service in SERVICES
    ]
    assert marks == [0] * 5
    released(target)
