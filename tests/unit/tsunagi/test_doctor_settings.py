"""What `tsunagi doctor` says of settings, addresses and keys."""

import json

import pytest

from chassis.config import load
from gateway import app
from tsunagi import keys as key_files
from tsunagi.doctor import addresses
from tsunagi.doctor import settings as settings_check
from tsunagi.doctor.keys import keys
from tsunagi.doctor.place import Place
from tsunagi.doctor.settings import settings
from tsunagi.parts import PROCESSES, SERVICES


def test_settings_of_a_new_instance_are_well(place, one):
    assert one(settings(place)).state == "ok"


def told(environment, made=None):
    return [each.says for each in settings(Place(environment, made)) if each.state == "failed"]


def test_what_is_not_set_is_named():
    assert [words.split(" is not set")[0] for words in told({})] == [
        "TSUNAGI_AMQP_URL",
        *(f"TSUNAGI_DATABASE_URL_{name.upper()}" for name in SERVICES),
    ]


def test_one_services_own_address_is_not_taken_for_all(made):
    own = made.environment("sharing")

    assert len(told(own)) == len(SERVICES)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TSUNAGI_INSTANCE", "prod", "is not well-formed: use one of real, demo, test"),
        ("TSUNAGI_RETRY_DELAYS_S", "5;30", "is not well-formed: seconds with commas are needed"),
        ("TSUNAGI_MUNICIPALITY", "08201", "is not a code of 6 digits"),
        ("TSUNAGI_SECRET_KEY", "x" * 31, "is shorter than 32 characters"),
        ("TSUNAGI_AMQP_URL", "http://host", "has to begin with amqp: or amqps: or embedded:"),
        ("TSUNAGI_SMTP_URL", "smtp:25", "names no machine"),
        ("TSUNAGI_BOUNCE_IMAP_URL", "pop3://host", "has to begin with imap: or imaps:"),
        (
            "TSUNAGI_BOUNCE_TO",
            "bounce",
            "is not well-formed: use bounce+{token}@mail.example.jp or a plain one",
        ),
        ("TSUNAGI_SMTP_URL_FILE", "/nowhere", "names a file that cannot be read: No such file or directory"),
    ],
)
def test_a_setting_that_is_not_well_formed_is_named(made, name, value, says):
    assert told({**made.admin_environment(), name: value}) == [f"{name} {says}"]


@pytest.mark.parametrize("secret", ["", "x"])
def test_a_processs_own_settings_are_looked_at_too(made, secret):
    made.passwords["secret_key"] = secret

    assert told(made.admin_environment(), made) == ["TSUNAGI_SECRET_KEY is shorter than 32 characters"]


def test_a_secret_key_may_be_as_short_as_the_gateway_takes_it():
    assert settings_check._SHORTEST_SECRET == app._SHORTEST_SECRET


def test_a_mistake_elsewhere_does_not_keep_checks_from_looking(made):
    place = Place({**made.admin_environment(), "TSUNAGI_MAX_WORKERS": "many"})

    assert place.database_url("sharing") == made.database_url("sharing")
    assert place.settings().retry_delays_s == load("sharing", made.admin_environment()).retry_delays_s


@pytest.mark.parametrize(
    ("url", "is_well"),
    [
        ("postgresql+psycopg://u:p%23@host:5432/db", True),
        ("sqlite:////data/x.db", True),
        ("postgresql+psycopg://u:p@host:port/db", False),
        ("postgresql+psycopg://u:p@host", False),
        ("postgresql+psycopg:///db", False),
        ("mysql://u:p@host/db", False),
        ("nonsense", False),
    ],
)
def test_addresses_of_databases_have_a_form(url, is_well):
    assert (addresses.database_fault(url) == "") is is_well


def test_keys_of_a_new_instance_fit(place, one):
    assert one(keys(place)).says == "7 private keys are here; the public ones of 7 fit"


def test_a_key_that_is_gone_is_named(made, place, one):
    (made.folder / "keys/sharing/sharing.pem").unlink()

    assert one(keys(place)).says.endswith(
        "keys/sharing/sharing.pem cannot be read: No such file or directory"
    )


def test_a_key_that_others_do_not_know_is_named(made, place):
    (made.folder / "keys/sharing/sharing.pem").unlink()
    (made.folder / "other").mkdir()
    key_files.ensure(made.folder / "other", ["sharing"])
    (made.folder / "other/sharing/sharing.pem").rename(made.folder / "keys/sharing/sharing.pem")

    found = list(keys(place))

    assert len(found) == len(PROCESSES)
    assert all(each.says.endswith("has another key of sharing than sharing.pem") for each in found)


def test_in_a_container_the_public_keys_are_looked_at(made, one):
    folder = made.folder / "keys" / "gateway"
    place = Place({"TSUNAGI_KEYS": str(folder)})
    assert one(keys(place)).state == "ok"

    (folder / "public.json").write_text(json.dumps({}))

    assert [each.says for each in keys(place)][: len(PROCESSES)] == [
        f"{folder}/public.json has no key of {name}" for name in PROCESSES
    ]
