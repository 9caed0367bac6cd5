"""The number of a handoff leads to it, however it was typed."""

import pytest

ONE = {"handoff_id": "h1", "code": "K4M7-2PX"}


@pytest.mark.parametrize("typed", ["k4m72px", "K4M7ー2PX", "Ｋ４Ｍ７－２ＰＸ"])
def test_a_number_is_known_however_a_keyboard_writes_its_hyphen(aoki, answers, typed):
    answers.by_method["list_inbox"] = {"items": [ONE], "waiting": 0, "unread": 0, "last_seq": 0}

    found = aoki.get(f"/h/{typed}")

    assert (found.status_code, found.location) == (303, "/handoffs/h1")
