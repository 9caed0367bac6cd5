"""What may be called, how a message is signed, whose certificate counts."""

import json
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from contracts.errors import Invalid, Permanent, Transient
from services.notify.channels import addresses, posting, webhook


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),  # 10.0.0.1, translated
        ("2002:a00:1::", False),  # the same by 6to4
        ("::10.0.0.1", False),  # an old way to write it
        ("fec0::1", False),
    ],
)
def test_only_public_addresses_are_called(address, allowed):
    assert addresses.is_allowed(address, may_be_near=False) is allowed


def test_a_demonstration_may_call_this_machine_and_no_neighbour():
    assert addresses.is_allowed("127.0.0.1", may_be_near=True)
    assert addresses.is_allowed("::1", may_be_near=True)
    assert not addresses.is_allowed("192.168.1.1", may_be_near=True)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/", "not_https"),
        ("https://", "not_a_url"),
        ("https://example.jp:99999/", "not_a_url"),
        ("https://me@example.jp/", "not_a_url"),
        ("https://example.jp/a b", "not_a_url"),
        ("https://example.jp/\r\nX: 1", "not_a_url"),
        ("file:///etc/passwd", "not_a_url"),
    ],
)
def test_a_wrong_address_is_refused(url, code):
    with pytest.raises(Invalid) as refusal:
        addresses.parts_of(url, may_be_near=False)

    assert refusal.value.fields == {"url": [code]}


def test_the_name_is_looked_up_at_each_sending(monkeypatch):
    """A name that was public when it was entered may lead inside by now."""
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(addresses, "off_hub", lambda *asked: found)

    with pytest.raises(Permanent, match="not_public"):
        webhook.send("https://example.jp/", webhook.new_secret(), "1", 1, "{}", may_be_near=False)


def test_an_independent_library_finds_the_signature_right_and_a_change_wrong():
    secret, now_s = webhook.new_secret(), int(datetime.now(UTC).timestamp())
    row = SimpleNamespace(
        handoff_id="019a", code="K4M7-2PX", what="accepted", happened_at=datetime(2026, 11, 24, tzinfo=UTC)
    )
    body = webhook.body_of(row, "https://tsunagi.example.jp")
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(now_s),
        "webhook-signature": webhook.sign(secret, "1", now_s, body),
    }

    assert Webhook(secret).verify(body, headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace("accepted", "declined"), headers)


@pytest.fixture
def secure(tmp_path):
    """An https server on this machine and the file with its certificate."""
    file = tmp_path / "site.pem"
    file.write_bytes(a_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], file
    server.shutdown()
    server.server_close()


class Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *what):
        return None


def a_certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)


def post(url: str) -> int:
    return webhook.send(url, webhook.new_secret(), "1", 1, "{}", may_be_near=True)


@pytest.fixture
def talkative():
    """The port of a server that says "go on" very often before it answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_talk, args=(door,), daemon=True).start()
        yield door.getsockname()[1]


def _talk(door: socket.socket) -> None:
    line, _ = door.accept()
    with line, suppress(OSError):
        line.recv(10_000)
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_whoever_only_says_go_on_is_not_listened_to_for_ever(talkative):
    with pytest.raises(Transient, match="not_reached"):
        post(f"http://127.0.0.1:{talkative}/")


def test_a_certificate_has_to_be_trusted_and_that_of_the_name(secure, monkeypatch):
    port, file = secure
    with pytest.raises(Transient, match="bad_certificate"):
        post(f"https://localhost:{port}/")
    monkeypatch.setattr(posting, "_trusted", lambda: ssl.create_default_context(cafile=str(file)))

    assert post(f"https://localhost:{port}/") == 200
    with pytest.raises(Transient, match="bad_certificate"):
        post(f"https://127.0.0.1:{port}/")
