"""Signed callers: what fits passes, whatever was changed does not."""

import time
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.auth import Caller, Signer, Verifier
from contracts.errors import NotSignedIn
from contracts.roles import SERVICE

AOKI = Caller(account_id="a", name="Aoki", office_id="o", role="care_manager", municipality="999997")
REQUEST = {"handoff_id": "h", "words": "鷗"}


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def keys():
    return {"gateway": Ed25519PrivateKey.generate(), "notify": Ed25519PrivateKey.generate()}


@pytest.fixture(scope="module")
def verifier(keys):
    return Verifier({name: pem(key) for name, key in keys.items()})


def test_a_signed_caller_arrives_as_they_are(keys, verifier):
    token = Signer("gateway", keys["gateway"]).sign(AOKI, "sharing", "get_handoff", REQUEST)

    assert verifier.verify(token, "sharing", "get_handoff", REQUEST) == AOKI


@pytest.mark.parametrize(
    ("service", "method", "request_"),
    [
        ("notify", "get_handoff", REQUEST),
        ("sharing", "recall_handoff", REQUEST),
        ("sharing", "get_handoff", {**REQUEST, "handoff_id": "other"}),
    ],
)
def test_a_token_fits_only_its_service_method_and_body(keys, verifier, service, method, request_):
    token = Signer("gateway", keys["gateway"]).sign(AOKI, "sharing", "get_handoff", REQUEST)

    with pytest.raises(NotSignedIn):
        verifier.verify(token, service, method, request_)


def test_an_old_token_is_refused(keys, verifier, monkeypatch):
    now = time.time()
    monkeypatch.setattr("chassis.auth.time.time", lambda: now - 120)
    token = Signer("gateway", keys["gateway"]).sign(AOKI, "sharing", "get_handoff", REQUEST)
    monkeypatch.undo()

    with pytest.raises(NotSignedIn):
        verifier.verify(token, "sharing", "get_handoff", REQUEST)


def test_a_service_may_speak_only_for_itself(keys, verifier):
    signer = Signer("notify", keys["notify"])
    itself = Caller(role=SERVICE, service="notify")

    token = signer.sign(itself, "accounts", "get_contact", REQUEST)
    assert verifier.verify(token, "accounts", "get_contact", REQUEST) == itself

    for forged in (AOKI, replace(itself, service="sharing")):
        with pytest.raises(NotSignedIn):
            verifier.verify(signer.sign(forged, "accounts", "x", REQUEST), "accounts", "x", REQUEST)


def test_an_unknown_signer_and_an_unsigned_token_are_refused(verifier):
    stranger = Signer("gateway", Ed25519PrivateKey.generate())
    unsigned = jwt.encode({"iss": "gateway", "aud": "sharing", "exp": time.time() + 60}, "", algorithm="none")

    for token in (stranger.sign(AOKI, "sharing", "m", REQUEST), unsigned, "nonsense"):
        with pytest.raises(NotSignedIn):
            verifier.verify(token, "sharing", "m", REQUEST)
