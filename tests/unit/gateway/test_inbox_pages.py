"""An office's inbox on its page: filters in the address, marks, who is at it, keys of this browser."""

import pytest

from contracts.errors import Conflict

ITEM = {
    "item_id": "01900000-0000-7000-8000-000000000001",
    "seq": 1,
    "handoff_id": "h1",
    "code": "K4M7-2PX",
    "kind": "discharge_note",
    "urgency": "urgent",
    "rung": 1,
    "role": "care_manager",
    "waits": True,
    "ended": None,
    "arrived_at": "2026-11-24T01:00:00+00:00",
    "read_at": None,
    "due_at": "2026-11-24T01:15:00+00:00",
    "next_role": "deputy",
    "next_account_ids": [],
    "held_by": "baba-1",
    "held_since": "2026-11-24T01:02:00+00:00",
    "may": [],
}
HANDOFF = {
    "handoff_id": "h1",
    "state": "seen",
    "from_office_id": "hospital",
    "from_name": "田中 美咲",
    "person": {"name": "架空 千代", "birth_date": "1941-07-22"},
    "stay": {"planned_at": None, "destination": None},
}
OFFICE = "01900000-0000-7000-8000-000000000009"


def submit(client, path, form):
    """Send a form as its page would."""
    return client.browser.post(path, data={"csrf_token": client.token, **form})


@pytest.fixture
def filled(answers):
    counts = {"waiting": 1, "unread": 3, "mine": 0, "found": 2, "last_seq": 1}
    answers.by_method |= {
        "list_inbox": {"items": [ITEM], **counts},
        "list_handoffs": {"handoffs": [HANDOFF]},
        "list_senders": {"office_ids": [OFFICE]},
        "get_names": {"names": {"baba-1": "馬場 二"}},
        "get_facilities": {"facilities": [{"facility_id": OFFICE, "name": "架空総合病院"}]},
        "list_conferences": {"conferences": []},
        "mark_items": {"changed": 2},
    }
    return answers


def test_a_colleague_who_is_at_it_is_named_and_what_is_unread_is_counted(filled, aoki):
    page = aoki.get("/inbox/office").text

    assert "対応中" in page
    assert "馬場 二 さん" in page
    assert "<title>(3) 事業所の受信箱（1件）" in page
    assert "わたしが対応します" not in page.replace("<dd>わたしが対応します</dd>", "")


def test_filters_stand_in_the_address_and_foreign_words_are_left_out(filled, aoki):
    asked = f"show=unread&urgency=urgent&from_office_id={OFFICE}&arrived_from=2026-11-01"
    page = aoki.get(f"/inbox/office?{asked}&arrived_until=soon&name=Chiyo").text

    sent = next(each.request for each in filled.of("list_inbox") if each.request["page_size"] == 25)
    assert sent == {
        "whose": "office",
        "page": 1,
        "page_size": 25,
        "show": "unread",
        "urgency": "urgent",
        "from_office_id": OFFICE,
        "arrived_from": "2026-11-01",
    }
    assert "2件あります" in page


def test_one_and_many_are_marked_and_nothing_is_acknowledged(filled, aoki):
    many = submit(
        aoki, "/inbox/marks", {"do": "read", "item": ["i1", "i2"], "here": "/inbox/office?show=unread"}
    )
    one = submit(aoki, "/inbox/marks", {"unread": "i3", "here": "https://elsewhere.example/"})
    none = submit(aoki, "/inbox/marks", {"do": "unread"})

    assert (many.location, one.location, none.location) == ("/inbox/office?show=unread", "/", "/")
    assert [each.request for each in filled.of("mark_items")] == [
        {"item_ids": ["i1", "i2"], "is_read": True},
        {"item_ids": ["i3"], "is_read": False},
    ]
    assert {each.method for each in filled.asked if each.service == "sharing"} == set()


def test_whoever_marks_stays_on_the_page_of_the_list(filled, aoki):
    first, third = (aoki.get(f"/inbox/office?show=unread{page}").text for page in ("", "&page=3"))

    assert 'name="here" value="/inbox/office?show=unread"' in first
    assert 'name="here" value="/inbox/office?show=unread&amp;page=3"' in third


def test_whoever_comes_second_is_told_who_was_first(filled, aoki):
    filled.by_method["take_alert"] = Conflict("held_by_other")
    filled.by_method["get_holding"] = {"handoff_id": "h1", "code": "K4M7-2PX", "held_by": "baba-1", "may": []}

    answer = submit(aoki, "/handoffs/h1/take", {"back": "office"})

    assert answer.location == "/inbox/office"
    assert "馬場 二 さんが、先に対応を始めています。" in aoki.get("/inbox/office").text


def test_keys_can_be_switched_off_and_sounds_are_off_at_first(filled, aoki):
    before = aoki.get("/inbox/office").text
    submit(aoki, "/settings/device", {"sound": "1"})
    after = aoki.get("/inbox/office").text

    assert 'data-device=""' in before
    assert "data-keys" in before
    assert 'data-device="sound no-keys"' in after
    assert "data-keys" not in after


def test_a_notice_says_office_and_code_and_no_name(filled, aoki):
    filled.by_method["get_holding"] = {"handoff_id": "h1", "code": "K4M7-2PX", "from_office_id": OFFICE}

    told = aoki.get("/handoffs/h1/notice").json

    assert told == {"body": "架空総合病院　退院情報　K4M7-2PX"}


@pytest.mark.parametrize(
    ("role", "path", "leads"),
    [("desk", "/desk", "/unreached/a1"), ("discharge_planner", "/news", "/handoffs/h1")],
)
def test_a_refusal_by_fax_is_told_also_after_an_answer(filled, somebody, role, path, leads):
    told = ITEM | {"alert_id": "a1", "kind": "answer", "waits": False, "ended": "fax_declined"}
    answered = HANDOFF | {"state": "acknowledged", "acknowledged_by_name": "小林 悟"}
    filled.by_method["list_inbox"] = filled.by_method["list_inbox"] | {"items": [told]}
    filled.by_method["list_handoffs"] = {"handoffs": [answered]}

    page = somebody(role=role).get(path).text

    assert "FAXで「お受けできません」と返事がありました" in page
    assert f'href="{leads}"' in page
