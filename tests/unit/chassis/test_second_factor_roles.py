import pytest

from chassis import config
from chassis.config import BadSettings


def roles(kind, text=None):
    named = {"TSUNAGI_SECOND_FACTOR_ROLES": text} if text is not None else {}
    return config.load("accounts", {"TSUNAGI_INSTANCE": kind, **named}).second_factor_roles


def test_in_earnest_three_roles_always_need_a_second_factor_and_more_may():
    assert roles("real") == roles("real", "") == ("operator", "municipal", "auditor")
    assert roles("real", "desk, operator") == ("operator", "municipal", "auditor", "desk")


@pytest.mark.parametrize("kind", ["demo", "test"])
def test_demonstrations_and_tests_ask_nobody_but_whom_they_name(kind):
    assert roles(kind) == ()
    assert roles(kind, "operator") == ("operator",)


def test_a_role_that_does_not_exist_is_named():
    with pytest.raises(BadSettings, match="SECOND_FACTOR_ROLES has \\['boss'\\]"):
        roles("real", "desk,boss")
