from types import SimpleNamespace

from chassis.runner import lasting


def test_the_thread_of_one_message_is_not_missed_when_it_ends():
    threads = {
        "relay": "relay",
        "loop": "loop deliver_due",
        "fact": "FactEntrypoint.handle_message[facility_changed.v1]",
        "suspect": "on_facility_changed.handle_message[]",
        "request": "SafeRpcConsumer.handle_message[sharing.send_note]",
    }
    container = SimpleNamespace(_managed_threads=threads, extensions=[])

    assert lasting(container) == {"relay": "relay", "loop": "loop deliver_due"}
