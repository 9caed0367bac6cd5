"""The room in which facts are handled: many at a time, or one alone."""

import threading
from types import SimpleNamespace

from chassis.suspects import SUSPECT_AFTER, Room, Suspects


def in_a_thread(act):
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_who_wants_to_be_alone_waits_for_all_others():
    room, order = Room(), []
    room.enter()
    room.enter()

    def be_alone():
        with room.alone():
            order.append("alone")

    thread = in_a_thread(be_alone)
    for _ in range(2):
        order.append("leaves")
        room.leave()
    thread.join(5)

    assert order == ["leaves", "leaves", "alone"]


def test_nobody_comes_in_while_one_is_alone():
    room, order = Room(), []

    def come_in():
        room.enter()
        order.append("comes in")

    with room.alone():
        thread = in_a_thread(come_in)
        thread.join(0.2)
        order.append("alone")
    thread.join(5)

    assert order == ["alone", "comes in"]


def test_the_room_is_free_again_after_a_failure():
    room = Room()
    try:
        with room.alone():
            raise ValueError
    except ValueError:
        pass

    thread = in_a_thread(room.enter)
    thread.join(5)

    assert not thread.is_alive()


def test_two_are_alone_one_after_the_other():
    room, order = Room(), []

    def be_alone():
        with room.alone():
            order.append("comes in")
            order.append("goes out")

    with room.alone():
        order.append("comes in")
        threads = [in_a_thread(be_alone) for _ in range(2)]
        threads[0].join(0.2)
        order.append("goes out")
    for thread in threads:
        thread.join(5)

    assert order == ["comes in", "goes out"] * 3


def test_a_suspect_is_set_aside_only_while_nothing_is_handled():
    suspects, order = Suspects(), []
    message = SimpleNamespace(headers={"x-delivery-count": SUSPECT_AFTER})
    entrypoint = SimpleNamespace(
        method_name="on_anything",
        queue=SimpleNamespace(name="events.on_anything"),
        forward=lambda *told: order.append("set aside"),
    )
    suspects.room.enter()

    thread = in_a_thread(lambda: suspects.takes(entrypoint, message))
    thread.join(0.2)
    order.append("handled")
    suspects.room.leave()
    thread.join(5)

    assert order == ["handled", "set aside"]
