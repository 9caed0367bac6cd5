"""In which order somebody's channels are used."""

import pytest

from services.notify.ways import steps

BOTH = ("push", "email")


@pytest.mark.parametrize(
    ("order", "there", "used"),
    [
        ({}, BOTH, [["email", "push"]]),
        ({}, ("email",), [["email"]]),
        ({}, (), []),
        ({"push": 1, "email": 2}, BOTH, [["push"], ["email"]]),
        ({"push": 2, "email": 1}, BOTH, [["email"], ["push"]]),
        ({"push": 1, "email": 1}, BOTH, [["email", "push"]]),
        ({"email": 1}, BOTH, [["email"]]),
        ({"push": 1, "email": 2}, ("email",), [["email"]]),
        # The only one that was chosen is gone: what is left counts.
        ({"push": 1}, ("email",), [["email"]]),
    ],
)
def test_those_of_a_step_at_once_and_then_the_next(order, there, used):
    assert steps(order, there) == used
