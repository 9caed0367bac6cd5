"""What is remembered of an answer can be read by nobody but the sender of its key."""

import json

import pytest
from cryptography.exceptions import InvalidTag

from chassis import sealed

KEY = "0197c0de-key-of-aoki.grant_consent"


def test_a_sealed_answer_opens_with_its_key_alone():
    stored = sealed.seal(KEY, {"person": {"name": "架空 千代"}, "invitation": None})

    assert sealed.unseal(KEY, stored) == {"person": {"name": "架空 千代"}, "invitation": None}
    with pytest.raises(InvalidTag):
        sealed.unseal(KEY + "x", stored)
    # Nor with the name under which it is stored.
    with pytest.raises(InvalidTag):
        sealed.unseal(sealed.name_of(KEY), stored)


def test_what_is_stored_shows_neither_answer_nor_key():
    stored = json.dumps([sealed.name_of(KEY), sealed.seal(KEY, {"name": "Chiyo"})])

    assert "Chiyo" not in stored
    assert "aoki" not in stored
    assert len(sealed.name_of(KEY)) <= 80
