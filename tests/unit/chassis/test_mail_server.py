"""Who a mail is handed to: nobody whose certificate this machine does not trust."""

import datetime
import socket
import ssl
import threading
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chassis import mail_server


@pytest.fixture
def certificate(tmp_path):
    """Return the file of a certificate for localhost that nobody has signed, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path / "certificate.pem"
    secret = key.private_bytes(pem, kind, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + secret)
    return file


@pytest.fixture
def url(certificate):
    """Return the address of a mail server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet():
            try:
                with context.wrap_socket(listening.accept()[0], server_side=True) as line:
                    line.sendall(b"220 ready\r\n")
                    line.recv(100)
            except OSError:
                pass

        threading.Thread(target=greet, daemon=True).start()
        yield urlsplit(f"smtps://localhost:{listening.getsockname()[1]}")


def test_a_server_that_nobody_vouches_for_gets_no_mail(url):
    with pytest.raises(ssl.SSLCertVerificationError):
        mail_server.connect(url, 5)


def test_a_server_that_this_machine_trusts_does(url, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    mail_server.connect(url, 5).close()
