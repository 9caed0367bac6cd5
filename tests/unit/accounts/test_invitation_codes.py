from datetime import timedelta

from services.accounts.invitation_queries import code_hash
from services.accounts.invitations import new_code, retry_after


def test_a_code_is_found_however_it_was_typed():
    code = new_code()

    assert code_hash(code) == code_hash(code.lower()) == code_hash(f" {code.replace('-', ' ')} ")


def test_a_code_has_eighty_random_bits_and_no_letters_that_look_alike():
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert not set("ILOU") & set("".join(codes))


def test_mail_is_tried_again_for_days():
    waits = [retry_after(tries) for tries in range(1, 9)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=6)
