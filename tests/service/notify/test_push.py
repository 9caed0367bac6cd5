"""Browsers are told by push: by the ladder, in the chosen order, and the next channel follows a dead one."""

import json

import pytest

from chassis.ids import new_id
from chassis.key_ring import ring_of
from contracts.errors import Conflict, Invalid, NotFound
from tests.service.notify.conftest import address
from tests.support.eventually import eventually
from tests.support.push_service import Browser, PushService
from tsunagi import key_rings


@pytest.fixture
def service():
    running = PushService()
    yield running
    running.close()


def ask(town, account_id, method, **request):
    return town.stack.ask("notify", method, request, caller=town.caller(account_id))


def add(town, account_id, service, keys=None, path="/aoki", **more):
    given = {"endpoint": service.origin + path, **(keys or Browser()).keys, **more}
    return ask(town, account_id, "add_device", **given)


def prefer(town, account_id, *order):
    ranks = [
        {"urgency": urgency, "channel": channel, "rank": rank}
        for urgency in ("urgent", "today")
        for rank, channel in enumerate(order, 1)
    ]
    return ask(town, account_id, "set_channel_order", ranks=ranks)


def tries(town, handoff_id, account_id):
    found = town.ladder(handoff_id)["deliveries"]
    return {
        one["channel"]: (one["state"], one["reason"])
        for one in found
        if one["account_id"] == account_id and one["channel"] != "inbox"
    }


def test_a_browser_is_told_at_once_what_only_it_can_read(town, service):
    town.open_all().add_accounts(town.aoki)
    browser = Browser()
    device = add(town, town.aoki, service, browser, browser="firefox", system="android")

    handoff_id = town.send_note()

    (pushed,) = eventually(lambda: service.to("/aoki"))
    told = json.loads(browser.read(pushed.body))
    assert (told["title"], told["body"]) == (
        "【つなぎ】退院・退所の連絡が届いています",
        "架空総合病院　K4M7-2PX",
    )
    assert told["link"].startswith(f"{town.stack.instance.public_url}/r/")
    assert (pushed.headers["ttl"], pushed.headers["urgency"]) == ("14400", "high")
    assert pushed.headers["content-encoding"] == "aes128gcm"
    claims = pushed.claims()
    found = ask(town, town.aoki, "list_channels")
    assert (claims["aud"], claims["key"]) == (service.origin, found["push_key"])
    eventually(lambda: tries(town, handoff_id, town.aoki).get("push") == ("sent", None))
    (kept,) = found["devices"]
    assert {**kept, "last_sent_at": None} == device
    assert (kept["browser"], kept["system"]) == ("firefox", "android")


def test_a_notice_is_in_the_language_of_its_reader_and_else_in_that_of_the_browser(town, service):
    town.open_all().add_accounts(town.aoki, town.baba)
    of_aoki, of_baba = Browser(), Browser()
    add(town, town.aoki, service, of_aoki, path="/aoki", language="ja")
    add(town, town.baba, service, of_baba, path="/baba", language="en")
    town.choose_language(town.aoki, "en")

    for account_id, path, browser in ((town.aoki, "/aoki", of_aoki), (town.baba, "/baba", of_baba)):
        town.send_note(to_account_id=account_id)
        (pushed,) = eventually(lambda path=path: service.to(path))
        assert json.loads(browser.read(pushed.body))["title"] == "Tsunagi: a discharge note has arrived"


def test_without_a_choice_mail_and_push_go_at_the_same_time(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)

    handoff_id = town.send_note()

    sent = {"push": ("sent", None), "email": ("sent", None)}
    eventually(lambda: tries(town, handoff_id, town.aoki) == sent)
    assert len(mail.to(address(town.aoki))) == 1


def test_what_is_less_urgent_may_wait_for_a_telephone_to_wake(town, service):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)

    town.send_note(urgency="today")

    (pushed,) = eventually(lambda: service.to("/aoki"))
    assert (pushed.headers["ttl"], pushed.headers["urgency"]) == ("86400", "normal")


def test_a_browser_that_is_gone_is_forgotten_and_the_next_channel_follows_at_once(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    prefer(town, town.aoki, "push", "email")
    service.answers["/aoki"] = 410

    handoff_id = town.send_note()

    after = {"push": ("failed", "device_gone"), "email": ("sent", None)}
    eventually(lambda: tries(town, handoff_id, town.aoki) == after)
    assert ask(town, town.aoki, "list_channels")["devices"] == []
    assert len(mail.to(address(town.aoki))) == 1


def test_the_second_channel_is_left_alone_while_the_first_does(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    prefer(town, town.aoki, "push", "email")

    handoff_id = town.send_note()

    eventually(lambda: tries(town, handoff_id, town.aoki) == {"push": ("sent", None)})
    assert mail.to(address(town.aoki)) == []


def test_a_dead_mailbox_is_followed_by_push_before_the_ladder_climbs(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    prefer(town, town.aoki, "email", "push")
    mail.refuse_to(address(town.aoki), "550 no such mailbox")

    handoff_id = town.send_note()

    after = {"email": ("failed", "mailbox_refused"), "push": ("sent", None)}
    eventually(lambda: tries(town, handoff_id, town.aoki) == after)
    assert town.ladder(handoff_id)["current"] == 1


def test_when_every_channel_has_failed_the_ladder_climbs(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    prefer(town, town.aoki, "push", "email")
    service.answers["/aoki"] = 404
    mail.refuse_to(address(town.aoki), "550 no such mailbox")

    handoff_id = town.send_note()

    eventually(lambda: town.ladder(handoff_id)["current"] == 2)
    after = {"push": ("failed", "device_gone"), "email": ("failed", "mailbox_refused")}
    assert tries(town, handoff_id, town.aoki) == after


def test_a_busy_push_service_is_asked_again(town, service):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    service.answers["/aoki"] = 503

    handoff_id = town.send_note()
    eventually(lambda: tries(town, handoff_id, town.aoki).get("push") == ("queued", "push_busy"))
    service.answers.clear()
    town.stack.clock.advance(seconds=11)

    eventually(lambda: tries(town, handoff_id, town.aoki).get("push") == ("sent", None))
    first, second = service.to("/aoki")
    assert first.headers["topic"] == second.headers["topic"]


def test_one_of_several_browsers_is_enough(town, service):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service, path="/old")
    add(town, town.aoki, service, path="/new")
    service.answers["/old"] = 410

    handoff_id = town.send_note()

    eventually(lambda: tries(town, handoff_id, town.aoki).get("push") == ("sent", None))
    assert len(ask(town, town.aoki, "list_channels")["devices"]) == 1


def test_somebody_who_may_not_sign_in_any_more_is_told_nothing(town, service):
    town.open_all()
    add(town, town.aoki, service)

    handoff_id = town.send_note()

    eventually(lambda: tries(town, handoff_id, town.aoki).get("push") == ("failed", "unknown_account"))
    assert service.pushed == []


def test_a_test_goes_to_each_browser_of_ones_own_in_its_language(town, service):
    town.add_accounts(town.aoki)
    browser = Browser()
    add(town, town.aoki, service, browser, language="en")

    told = ask(town, town.aoki, "test_channel", channel="push")

    assert (told["channel"], told["is_on"], told["reason"]) == ("push", True, None)
    (pushed,) = service.to("/aoki")
    assert json.loads(browser.read(pushed.body))["title"] == "Tsunagi: testing notifications"


def test_a_test_without_a_browser_says_so(town):
    town.add_accounts(town.aoki)

    assert ask(town, town.aoki, "test_channel", channel="push")["reason"] == "no_device"


def test_a_browser_belongs_to_whoever_added_it_last(town, service):
    browser = Browser()
    add(town, town.aoki, service, browser)
    add(town, town.baba, service, browser)

    assert ask(town, town.aoki, "list_channels")["devices"] == []
    (device,) = ask(town, town.baba, "list_channels")["devices"]
    with pytest.raises(NotFound):
        ask(town, town.aoki, "remove_device", device_id=device["device_id"])
    ask(town, town.baba, "remove_device", device_id=device["device_id"])
    assert ask(town, town.baba, "list_channels")["devices"] == []


def test_there_is_a_most_and_the_same_browser_does_not_count_twice(town, service):
    for number in range(5):
        add(town, town.aoki, service, path=f"/{number}")
    add(town, town.aoki, service, path="/4")

    with pytest.raises(Conflict, match="too_many_devices"):
        add(town, town.aoki, service, path="/5")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"endpoint": "http://push.example/x"}, {"endpoint": ["not_https"]}),
        ({"endpoint": "ftp://push.example/x"}, {"endpoint": ["not_a_url"]}),
        ({"p256dh": "AAAA"}, {"p256dh": ["not_valid"]}),
    ],
)
def test_what_is_no_subscription_is_refused(town, service, given, wrong):
    with pytest.raises(Invalid) as refusal:
        add(town, town.aoki, service, **given)

    assert refusal.value.fields == wrong


def test_our_neighbours_are_not_knocked_at(town, service):
    town.add_accounts(town.aoki)
    add(town, town.aoki, service, endpoint="https://192.168.1.1/push")

    assert ask(town, town.aoki, "test_channel", channel="push")["reason"] == "not_public"


def test_an_order_needs_a_channel_for_each_urgency_that_it_names(town):
    unused = [{"urgency": "today", "channel": channel, "rank": 0} for channel in ("push", "email")]

    with pytest.raises(Invalid) as refusal:
        ask(town, town.aoki, "set_channel_order", ranks=unused)
    kept = prefer(town, town.aoki, "push", "email")["ranks"]

    assert refusal.value.fields == {"today": ["needs_channel"]}
    assert sorted((one["urgency"], one["channel"], one["rank"]) for one in kept) == [
        ("today", "email", 2),
        ("today", "push", 1),
        ("urgent", "email", 2),
        ("urgent", "push", 1),
    ]


def test_where_a_browser_is_reached_lies_encrypted(town, service):
    browser = Browser()
    device = add(town, town.aoki, service, browser, path=f"/{new_id()}")

    found = town.stack.database("notify").rows(
        "SELECT closed, closed_with, endpoint_hash FROM device WHERE device_id = :id", id=device["device_id"]
    )
    ring = ring_of(town.stack.instance.folder / "keys" / "notify" / key_rings.ADDRESSES)

    assert service.origin not in str(found)
    assert browser.keys["auth"] not in str(found)
    assert found[0]["closed_with"] == ring.name
    assert json.loads(ring.open(found[0]["closed"], device["device_id"]))["auth"] == browser.keys["auth"]


def test_a_reminder_takes_the_way_that_worked_before(town, service, mail):
    town.open_all().add_accounts(town.aoki)
    add(town, town.aoki, service)
    prefer(town, town.aoki, "push")
    service.answers["/aoki"] = 403  # the browser stays, since it may be our key that is wrong

    handoff_id = town.send_note()
    eventually(lambda: len(mail.to(address(town.aoki))) == 1)
    remind(town, handoff_id)
    town.stack.clock.advance(seconds=61)

    eventually(lambda: len(mail.to(address(town.aoki))) == 2)
    assert town.ladder(handoff_id)["current"] == 1


def remind(town, handoff_id):
    """Tell the person of the first rung once more by push, as a rule with reminders does."""
    database = town.stack.database("notify")
    statement = (
        "SELECT d.* FROM delivery d JOIN alert a ON a.alert_id = d.alert_id"
        " WHERE a.handoff_id = :id AND d.channel = 'push'"
    )
    [row] = database.rows(statement, id=handoff_id)
    now = town.stack.clock.now()
    blank = dict.fromkeys(("reason", "leased_until", "letter_id"))
    again = row | blank | {"delivery_id": new_id(), "queued_at": now, "next_try_at": now}
    again |= {"state": "queued", "attempts": 0}
    names, marks = ", ".join(again), ", ".join(f":{name}" for name in again)
    database.execute(f"INSERT INTO delivery ({names}) VALUES ({marks})", **again)
