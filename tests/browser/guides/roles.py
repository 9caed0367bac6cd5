"""Which guides there are, and who follows each."""

from collections.abc import Callable

from tests.browser.guides import (
    administrator,
    care_manager,
    desk,
    office_manager,
    operator,
    planner,
    second_factor,
)
from tests.browser.guides.walk import Walk

LANGUAGES = ("ja", "en")
FOLLOWED: dict[str, Callable[[Walk], None]] = {
    "planner": planner.follow,
    "care-manager": care_manager.follow,
    "office-manager": office_manager.follow,
    "desk": desk.follow,
    "operator": operator.follow,
    "administrator": administrator.follow,
    "second-factor": second_factor.follow,
}
