"""Workers side by side: what stays together, and who has the machine alone."""

import fcntl
import threading

from tests.support.eventually import eventually
from tests.support.workers import Room, longest_first, scope


def test_a_file_stays_on_one_worker_and_so_does_a_folder_with_one_stack():
    assert scope("tests/unit/a/test_b.py::test_c[x::y]") == "tests/unit/a/test_b.py"
    assert scope("tests/browser/test_a.py::test_b") == scope("tests/browser/test_c.py::test_d")
    assert scope("tests/end_to_end/test_demo.py::test_a") != scope("tests/end_to_end/test_fuzz.py::test_b")


def test_long_parts_are_begun_first_and_tests_of_a_file_stay_in_their_order():
    nodes = ["tests/unit/a.py::1", "tests/service/b.py::1", "tests/service/notify/c.py::2"]
    nodes += ["tests/service/notify/c.py::1", "tests/browser/d.py::1"]

    assert longest_first(nodes) == [4, 2, 3, 1, 0]


def test_many_are_inside_together(tmp_path):
    with Room(tmp_path).inside(alone=False), Room(tmp_path).inside(alone=False):
        pass


def test_who_wants_the_room_alone_waits_and_lets_nobody_else_in(tmp_path):
    order: list[str] = []
    first = Room(tmp_path).inside(alone=False)
    first.__enter__()
    alone = enter(tmp_path, "alone", order)
    eventually(lambda: is_shut(tmp_path))
    next_one = enter(tmp_path, "together", order)

    assert order == []
    first.__exit__(None, None, None)
    alone.join(10)
    next_one.join(10)
    assert order == ["alone", "left", "together", "left"]


def enter(folder, how, order):
    def be_inside():
        with Room(folder).inside(alone=how == "alone"):
            order.append(how)
            order.append("left")

    thread = threading.Thread(target=be_inside)
    thread.start()
    return thread


def is_shut(folder):
    with (folder / "door.lock").open("w") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
