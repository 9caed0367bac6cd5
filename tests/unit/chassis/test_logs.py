"""Logs show ids and codes; everything else is hidden, passwords first."""

import json
import logging
import sys

from chassis import trace
from chassis.logs import JsonFormatter, mask


def line_of(message="event", logger="services.sharing", args=(), exc_info=None, **extra):
    record = logging.LogRecord(logger, logging.WARNING, "f.py", 1, message, args, exc_info)
    vars(record).update(extra)
    return json.loads(JsonFormatter("sharing").format(record))


def test_a_field_that_is_not_on_the_list_is_hidden():
    line = line_of(handoff_id="h-1", patient="Chiyo")

    assert (line["handoff_id"], line["patient"]) == ("h-1", "…")
    assert "Chiyo" not in json.dumps(line)


def test_every_password_of_an_address_with_several_nodes_is_hidden():
    assert mask("amqp://a:one@n1/v;amqp://a:two@n2/v") == "amqp://a:***@n1/v;amqp://a:***@n2/v"


def test_an_error_shows_where_it_came_from_but_not_its_words():
    try:
        raise ValueError("Chiyo, 82")
    except ValueError:
        line = line_of(exc_info=sys.exc_info())

    assert line["error"] == "ValueError"
    assert line["where"][-1].endswith("test_an_error_shows_where_it_came_from_but_not_its_words")
    assert "Chiyo" not in json.dumps(line)


def test_no_library_mixes_values_into_its_sentence():
    for logger in ("nameko.containers", "werkzeug", "amqp.connection", "any.library", "servicesque"):
        line = line_of("error handling worker %s: %s", logger=logger, args=("w", "Chiyo"))

        assert line["event"] == "error handling worker %s: %s"


def test_all_lines_of_one_request_share_its_trace():
    value = trace.start("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

    assert line_of()["trace"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert value.split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert value.split("-")[2] != "00f067aa0ba902b7"
