import pytest
from cryptography.fernet import Fernet

from chassis.key_ring import KeyRing, NoKeys, Unreadable, ring_of

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_it_opens_for_its_owner_only():
    ring = KeyRing([NEW])
    closed = ring.close("secret", "aoki")

    assert "secret" not in closed
    assert ring.open(closed, "aoki") == "secret"
    with pytest.raises(Unreadable):
        ring.open(closed, "baba")


def test_what_an_earlier_key_closed_opens_and_is_closed_by_the_newest():
    closed = KeyRing([OLD]).close("secret", "aoki")
    ring = KeyRing([NEW, OLD])

    again = ring.close(ring.open(closed, "aoki"), "aoki")

    assert KeyRing([NEW]).open(again, "aoki") == "secret"
    with pytest.raises(Unreadable):
        KeyRing([NEW]).open(closed, "aoki")


def test_a_ring_is_named_after_its_newest_key_and_the_name_tells_no_key():
    assert KeyRing([NEW, OLD]).name == KeyRing([NEW]).name != KeyRing([OLD, NEW]).name
    assert KeyRing([NEW]).name not in NEW


def test_every_key_of_the_ring_knows_its_signature_and_no_other_does():
    signature = KeyRing([OLD]).sign(b"letter")

    assert KeyRing([NEW, OLD]).has_signed(b"letter", signature[:10])
    assert not KeyRing([NEW, OLD]).has_signed(b"another", signature[:10])
    assert not KeyRing([NEW]).has_signed(b"letter", signature[:10])
    assert not KeyRing([OLD]).has_signed(b"letter", b"")


@pytest.mark.parametrize("text", ["", "\n", "short", "x" * 44])
def test_a_file_without_a_whole_key_is_refused_without_telling_it(tmp_path, text):
    path = tmp_path / "keys"
    path.write_text(text)

    with pytest.raises(NoKeys) as refused:
        ring_of(path)

    assert str(path) in str(refused.value)
    assert not text.strip() or text not in str(refused.value)
