from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from services.accounts import second_factor_rules as rules

NOW = datetime(2026, 11, 24, 1, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = int(NOW.timestamp()) // 30


def code(shift_s=0):
    return pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=shift_s))


# Source: RFC 6238, appendix B (SHA-1), the last six digits.
@pytest.mark.parametrize(
    ("at", "expected"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(at, expected):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert rules.matching_step(secret, expected, datetime.fromtimestamp(at, UTC), 0) == at // 30


@pytest.mark.parametrize(
    ("shift_s", "expected"), [(-60, None), (-30, STEP - 1), (0, STEP), (30, STEP + 1), (60, None)]
)
def test_a_code_counts_in_its_30_seconds_and_their_neighbours(shift_s, expected):
    assert rules.matching_step(SECRET, code(shift_s), NOW, 0) == expected


@pytest.mark.parametrize("used", [0, 30])
def test_a_code_that_was_used_or_passed_over_opens_nothing(used):
    step = rules.matching_step(SECRET, code(used), NOW, 0)

    assert rules.matching_step(SECRET, code(used), NOW, step) is None
    assert rules.matching_step(SECRET, code(-30), NOW, step) is None


def test_a_code_may_be_typed_with_spaces_and_wide_digits():
    wide = code().translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert rules.matching_step(SECRET, f" {code()[:3]} {code()[3:]} ", NOW, 0) == STEP
    assert rules.matching_step(SECRET, wide, NOW, 0) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٣٣٣٣٣٣", "7K3Q-ABCD-EFGH-JKMN"])
def test_what_is_no_code_of_an_app_is_taken_for_a_recovery_code(typed):
    assert not rules.is_time_code(typed)
    assert rules.matching_step(SECRET, typed, NOW, 0) is None


def test_recovery_codes_are_ten_and_differ():
    codes = rules.new_codes()

    assert len(set(codes)) == 10
    assert {len(rules.plain(one)) for one in codes} == {16}


def test_the_address_names_the_login_and_whose_code_it_is():
    found = pyotp.parse_uri(rules.address(SECRET, "aoki"))

    assert (found.secret, found.name, found.issuer) == (SECRET, "aoki", "Tsunagi")
