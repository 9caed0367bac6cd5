import pytest

from services.accounts.administrator import new_password
from services.accounts.password_policy import faults


@pytest.mark.parametrize(
    "password",
    ["Kawa-to-yama 42", "7月の朝顔と、青い自転車で行く", "correct-horse-battery-9", "tanuki_3_kitsune!"],
)
def test_long_and_mixed_is_accepted(password):
    assert faults(password, "aoki") == []


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", ["too_short", "not_mixed", "too_common"]),
        ("yama-kawa-42", ["too_short"]),
        ("yamatokawatohashi", ["not_mixed"]),
        ("yamatokawatohashi42", ["not_mixed"]),
        ("2026-11-24-10-30-00", ["not_mixed"]),
        ("P@ssw0rd-1234567", ["too_common"]),
        ("password.password1", ["too_common"]),
        ("qwertyuiop-12345", ["too_common"]),
        ("a1-a1-a1-a1-a1-a1", ["too_common"]),
        ("Aoki-to-yama 42!", ["contains_login"]),
        ("ＡＯＫＩ-to-yama 42!", ["contains_login"]),
        ("yama-kawa 42" + "x" * 200, ["too_long"]),
    ],
)
def test_what_is_wrong_is_named(password, expected):
    assert faults(password, "aoki") == expected


def test_a_password_made_for_an_administrator_fits_the_policy():
    made = {new_password("aoki") for _ in range(50)}

    assert len(made) == 50
    assert all(faults(password, "aoki") == [] for password in made)
