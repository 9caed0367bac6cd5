"""The room in which facts are handled: many at a time, or one alone."""

import threading

from chassis.suspects import Room


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
