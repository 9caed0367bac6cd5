"""Every guide is followed at the screen, step by step; a step that no longer works is a failure."""

from collections.abc import Iterator

import pytest

from tests.browser.guides.roles import FOLLOWED, LANGUAGES
from tests.browser.guides.walk import GUIDES, Walk
from tests.support.machine import Machine
from tests.support.people import settle_city
from tests.support.stack import Stack
from tsunagi.parts import PROCESSES


@pytest.fixture(scope="module")
def stack(machine: Machine) -> Iterator[Stack]:
    """A city of its own: whoever follows a guide leaves people, absences and notes behind."""
    home = machine.fresh()
    settle_city(home)
    running = Stack(home, PROCESSES).start(within_s=180)
    home.broker.settle()
    yield running
    running.throw_away()
    home.close()


@pytest.mark.long
@pytest.mark.parametrize("name", FOLLOWED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guide_leads_to_where_it_says(stack, open_as, language, name):
    walk = Walk(stack, open_as, language, name)

    FOLLOWED[name](walk)

    walk.ends()


def test_every_guide_is_followed():
    written = {path.relative_to(GUIDES).with_suffix("").as_posix() for path in GUIDES.glob("*/*.md")}

    assert written == {f"{language}/{name}" for language in LANGUAGES for name in FOLLOWED}
