from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import String

from contracts.errors import NotFound, Permanent, Transient, Unavailable
from services.notify.channels.email import compose
from services.notify.channels.letters import write_letter, write_several
from services.notify.contacts import address_of
from services.notify.delivering import next_try_at
from services.notify.models import metadata

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def a_letter(code="K4M7-2PX", language="ja"):
    return write_letter(
        language=language,
        office="架空総合病院",
        kind="discharge_note",
        code=code,
        link="https://tsunagi.example/r/Zm9v",
    )


def test_a_letter_says_office_kind_code_and_link():
    letter = a_letter()

    assert letter.subject == "【つなぎ】退院・退所の連絡が届いています（K4M7-2PX）"
    assert "架空総合病院 から、退院・退所の連絡が届いています。" in letter.body
    assert "https://tsunagi.example/r/Zm9v\n" in letter.body


def test_a_letter_about_many_counts_them_and_lists_a_few():
    shown = [{"code": f"K{n:03}-2PX", "link": f"https://tsunagi.example/r/{n}"} for n in range(20)]

    letter = write_several(shown, language="ja", count=250, link="https://tsunagi.example/inbox")

    assert letter.subject == "【つなぎ】連絡が250件届いています"
    assert "K019-2PX  https://tsunagi.example/r/19\nほか 230件\n" in letter.body
    assert "すべてを開く  https://tsunagi.example/inbox\n" in letter.body


def test_whoever_reads_english_is_written_to_in_english():
    letter = a_letter(language="en")

    assert letter.subject == "Tsunagi: a discharge note has arrived (K4M7-2PX)"
    assert "A discharge note has arrived from 架空総合病院." in letter.body


def test_no_table_holds_what_a_letter_must_not_say():
    own = {"office", "alert", "reader", "inbox_item", "delivery", "delivery_log"}
    texts = {
        f"{table}.{column.name}"
        for table in own
        for column in metadata.tables[table].columns
        if isinstance(column.type, String)
    }

    # The one name is that of an office; everything else is a code.
    assert texts == {
        "office.name",
        "alert.municipality",
        "alert.code",
        "alert.urgency",
        "alert.ended_as",
        "reader.reader",
        "inbox_item.reader",
        "inbox_item.kind",
        "inbox_item.about",
        "inbox_item.role",
        "delivery.channel",
        "delivery.state",
        "delivery.reason",
        "delivery_log.outcome",
        "delivery_log.reason",
    }


def test_a_mail_keeps_its_message_id():
    mail = compose(a_letter(), "tsunagi@example.jp", "aoki@example.jp", "<1@example.jp>", NOW)

    assert mail["Message-ID"] == "<1@example.jp>"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("attempts", "waited", "again_in"),
    [
        (1, timedelta(), timedelta(seconds=10)),
        (2, timedelta(seconds=10), timedelta(seconds=30)),
        (6, timedelta(hours=1), timedelta(hours=1)),
        (50, timedelta(hours=50), timedelta(hours=1)),
        (70, timedelta(hours=71, minutes=30), timedelta(minutes=30)),
        (71, timedelta(days=3), None),
    ],
)
def test_a_letter_is_tried_for_three_days(attempts, waited, again_in):
    again_at = next_try_at(NOW - waited, attempts, NOW)

    assert again_at == (again_in and NOW + again_in)


def failing(error):
    def contact(account_id):
        raise error

    return contact


@pytest.mark.parametrize(
    ("contact", "error", "reason"),
    [
        (lambda _: {"email": None, "is_active": True}, Permanent, "no_address"),
        (lambda _: {"email": "aoki@example.jp", "is_active": False}, Permanent, "suspended"),
        (failing(NotFound("account")), Permanent, "unknown_account"),
        (failing(Unavailable("no_answer")), Transient, "accounts_unavailable"),
    ],
)
def test_an_address_is_asked_at_the_moment_of_sending(contact, error, reason):
    with pytest.raises(error, match=reason):
        address_of(contact, "cm-aoki")
