"""One line of news: who did what, told from the reader's side."""

import pytest

from gateway.pages import inbox

pytestmark = pytest.mark.usefixtures("request_of_aoki")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("answer", "お断りの返事がありました"), ("discharge_note", "お断りの返事を送りました")],
)
def test_a_refusal_is_told_from_the_readers_side(kind, sentence):
    item = {"kind": kind, "waits": False}

    assert inbox._sentence(item, {"state": "declined"}) == sentence
