"""Retry delays, the movable clock, settings, codes of wrong fields, plain values."""

import socket
from datetime import UTC, date, datetime, timedelta

import pytest
from marshmallow import Schema, fields, validate
from sqlalchemy.exc import OperationalError

from chassis import config
from chassis.clock import Clock, move
from chassis.db import Database
from chassis.field_codes import code, flat
from chassis.retry import DEFAULT_DELAYS_S, next_delay_s
from chassis.wire import plain
from contracts.fields import Id, Moment, Text


def test_delays_grow_and_end():
    assert [next_delay_s(attempt) for attempt in range(1, 6)] == [*DEFAULT_DELAYS_S, None]


def test_every_reader_follows_a_moved_clock(tmp_path):
    clock = Clock(tmp_path / "clock")
    move(tmp_path / "clock", timedelta(hours=3))

    ahead = clock.now() - datetime.now(UTC)

    assert timedelta(hours=2, minutes=59) < ahead <= timedelta(hours=3)


def test_a_real_instance_has_no_clock_to_move():
    settings = config.load("notify", {"TSUNAGI_CLOCK_FILE": "/anywhere"})

    assert not settings.may_move_clock


def test_a_secret_may_come_from_a_file_and_is_not_printed(tmp_path):
    (tmp_path / "url").write_text("postgresql+psycopg://u:secret@h/db\n")
    settings = config.load("sharing", {"TSUNAGI_DATABASE_URL_FILE": str(tmp_path / "url")})

    assert settings.database_url == "postgresql+psycopg://u:secret@h/db"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("TSUNAGI_INSTANCE", "live", "TSUNAGI_INSTANCE"),
        ("TSUNAGI_HTTP_PORT", "eighty", "TSUNAGI_HTTP_PORT"),
        ("TSUNAGI_RETRY_DELAYS_S", "5;30", "TSUNAGI_RETRY_DELAYS_S"),
        ("TSUNAGI_DATABASE_URL_FILE", "/does/not/exist", "TSUNAGI_DATABASE_URL_FILE"),
    ],
)
def test_a_wrong_setting_is_named(name, value, word):
    with pytest.raises(config.BadSettings, match=word):
        config.load("sharing", {name: value})


def test_a_database_that_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql+psycopg://u:p@127.0.0.1:{silent.getsockname()[1]}/d")
        with pytest.raises(OperationalError), database.begin():
            pass


class Body(Schema):
    id = Id(required=True)
    at = Moment()
    words = Text(5)
    count = fields.Integer(validate=validate.Range(1, 3))
    pick = fields.String(validate=validate.OneOf(["a"]))
    items = fields.List(fields.Nested(Schema.from_dict({"day": fields.Date(required=True)})))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"id": ["required"]}),
        ({"id": None}, {"id": ["required"]}),
        ({"id": "x"}, {"id": ["not_an_id"]}),
        ({"id": 5}, {"id": ["not_text"]}),
        ({"at": "2026-01-01T10:00"}, {"at": ["needs_time_zone"]}),
        ({"at": "soon"}, {"at": ["not_a_moment"]}),
        ({"at": "0001-01-01T00:00:00+09:00"}, {"at": ["out_of_range"]}),
        ({"at": "9999-12-31T23:59:00-09:00"}, {"at": ["out_of_range"]}),
        ({"words": "123456"}, {"words": ["too_long"]}),
        ({"words": "a\x00"}, {"words": ["bad_character"]}),
        ({"count": "many"}, {"count": ["not_a_number"]}),
        ({"count": 9}, {"count": ["out_of_range"]}),
        ({"pick": "b"}, {"pick": ["not_a_choice"]}),
        ({"more": 1}, {"more": ["unknown_field"]}),
        ({"items": "x"}, {"items": ["not_a_list"]}),
        ({"items": [{"day": "x"}, {}]}, {"items.0.day": ["not_a_date"], "items.1.day": ["required"]}),
    ],
)
def test_a_wrong_field_gets_its_path_and_a_code(body, found):
    whole = {"id": "0190a000-0000-7000-8000-000000000001", **body} if body else body

    assert flat(Body().validate(whole)) == found


def test_an_unknown_sentence_of_a_library_becomes_a_plain_code():
    assert code("Some new sentence.") == "not_valid"


def test_values_for_the_bus_are_plain():
    at = datetime(2026, 4, 7, 1, tzinfo=UTC)

    assert plain({"at": at, "day": date(2026, 4, 7), "many": ("a", {"b": at})}) == {
        "at": "2026-04-07T01:00:00+00:00",
        "day": "2026-04-07",
        "many": ["a", {"b": "2026-04-07T01:00:00+00:00"}],
    }
