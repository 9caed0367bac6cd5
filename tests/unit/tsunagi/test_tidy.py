"""Emptying an instance's folder."""

from tsunagi import tidy


def test_data_go_wherever_they_lie_and_the_lock_stays(tmp_path):
    folder, elsewhere = tmp_path / "node", tmp_path / "elsewhere"
    for each in (folder / "logs", elsewhere):
        each.mkdir(parents=True)
        (each / "file").touch()
    (folder / "postgres").symlink_to(elsewhere)
    (folder / "running").touch()
    (folder / "instance.json").touch()

    tidy.empty(folder)

    assert [path.name for path in folder.iterdir()] == ["running"]
    assert not elsewhere.exists()
