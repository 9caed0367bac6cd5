"""What push services carry can be read by its browser alone, and is known to come from us."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from services.notify.channels import web_push
from services.notify.channels.letters import write_notice
from services.notify.channels.push_cipher import are_keys, encrypt, encrypt_with, new_pair, signed
from tests.support.push_service import Browser, Pushed, bytes_of, text_of

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def private(text):
    return ec.derive_private_key(int.from_bytes(bytes_of(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_comes_out_to_the_byte():
    """Source: RFC 8291, 5 and Appendix A."""
    browser = Browser(
        private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), bytes_of("BTBZMqHH6r4Tts7J_aSIgg")
    )
    sender, salt = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), bytes_of("DGv6ra1nlYgDCS1FRnbzlw")
    text = b"When I grow up, I want to be a watermelon"

    body = encrypt_with(text, **browser.keys, own=sender, salt=salt)

    assert text_of(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )
    assert browser.read(body) == text


def test_two_messages_have_nothing_in_common_and_no_other_browser_reads_them():
    browser = Browser()
    first, second = (encrypt("架空総合病院".encode(), **browser.keys) for _ in range(2))

    assert browser.read(first) == browser.read(second) == "架空総合病院".encode()
    assert first[:16] != second[:16]
    with pytest.raises(InvalidTag):
        Browser().read(first)


def test_the_longest_notice_fits():
    words = write_notice(language="ja", office="架" * 300, kind="discharge_note", code="K4M7-2PX")

    text = web_push.payload(words, "https://" + "t" * 200 + "/r/" + "x" * 43, "a" * 36)

    assert len(encrypt(text, **Browser().keys)) <= 4096


def test_a_signature_is_that_of_the_key_that_it_names():
    pair, other = new_pair(), new_pair()

    told = signed(pair.private, pair.public, "https://push.example", "https://tsunagi.example", NOW)
    forged = signed(other.private, pair.public, "https://push.example", "https://tsunagi.example", NOW)

    assert Pushed("/", {"authorization": told}, b"").claims() == {
        "aud": "https://push.example",
        "sub": "https://tsunagi.example",
        "exp": int(NOW.timestamp()) + 12 * 60 * 60,
        "key": pair.public,
    }
    with pytest.raises(InvalidSignature):
        Pushed("/", {"authorization": forged}, b"").claims()


@pytest.mark.parametrize(
    ("p256dh", "auth", "good"),
    [
        (Browser().keys["p256dh"], Browser().keys["auth"], True),
        (Browser().keys["p256dh"] + "=", Browser().keys["auth"] + "==", True),
        (Browser().keys["p256dh"][:-4], Browser().keys["auth"], False),
        (text_of(b"\4" + b"\1" * 64), Browser().keys["auth"], False),
        (Browser().keys["p256dh"], text_of(b"short"), False),
        ("あ", "い", False),
        ("", "", False),
    ],
    ids=["whole", "padded", "cut off", "no point of the curve", "short secret", "no base64", "empty"],
)
def test_a_browsers_keys_are_looked_at_before_they_are_kept(p256dh, auth, good):
    assert are_keys(p256dh, auth) is good


def test_a_notice_says_office_kind_and_code_in_the_browsers_language():
    japanese, english = (
        write_notice(language=language, office="架空総合病院", kind="discharge_note", code="K4M7-2PX")
        for language in ("ja", "en")
    )

    assert json.loads(web_push.payload(japanese, "https://tsunagi.example/r/Zm9v", "1")) == {
        "title": "【つなぎ】退院・退所の連絡が届いています",
        "body": "架空総合病院　K4M7-2PX",
        "link": "https://tsunagi.example/r/Zm9v",
        "tag": "1",
    }
    assert (english.subject, english.body.strip()) == (
        "Tsunagi: a discharge note has arrived",
        "架空総合病院, K4M7-2PX",
    )
