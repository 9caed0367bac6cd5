"""When a dead process is started again."""

from tsunagi import instance as instances
from tsunagi import supervisor
from tsunagi.supervisor import STEADY_AFTER_S, Part


def a_part(tmp_path) -> Part:
    return Part("sharing", instances.ensure(tmp_path, "test"))


def test_waits_double_up_to_half_a_minute(tmp_path):
    part = a_part(tmp_path)
    part.started_at = 10**9

    assert [part.plan_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_process_that_ran_steadily_starts_again_soon(tmp_path, monkeypatch):
    part = a_part(tmp_path)
    part.restarts = 5
    monkeypatch.setattr("tsunagi.supervisor.time.monotonic", lambda: part.started_at + STEADY_AFTER_S + 1)

    assert part.plan_restart() == 1


def test_a_large_log_is_put_aside(tmp_path, monkeypatch):
    log = tmp_path / "sharing.log"
    log.write_text("x" * 100)
    monkeypatch.setattr(supervisor, "LOG_LIMIT_BYTES", 50)

    supervisor.keep_small(log)

    assert [path.name for path in tmp_path.iterdir()] == ["sharing.log.1"]
