"""Codes as people type them."""

import pytest

from chassis import readable


@pytest.mark.parametrize(
    "typed",
    [
        "K4M7-2PX",
        " k4m72px ",
        "Ｋ４Ｍ７－２ＰＸ",
        "k4m7 2px",
        "K4M7\u30fc2PX",  # the long vowel that a Japanese keyboard has in the hyphen's place
        "K4M7\uff702PX",
        "K4M7\u22122PX",
        "K4M7\u2014\u30102PX\u3011",
    ],
)
def test_a_code_is_known_however_it_was_typed(typed):
    assert readable.bare(typed) == "K4M72PX"
