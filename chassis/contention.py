"""Transactions that stood in each other's way: one of them is simply done again."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Source: PostgreSQL, appendix A: serialization_failure, deadlock_detected.
_CLASHES = {"40001", "40P01"}
_PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4)


def is_clash(error: BaseException) -> bool:
    """Tell whether the database broke off the transaction only because of another one."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CLASHES


def until_through(act: Callable[[], T]) -> T:
    """Run `act`, a whole transaction, again as long as it clashes with others; at most six times."""
    for pause_s in _PAUSES_S:
        try:
            return act()
        except DBAPIError as error:
            if not is_clash(error):
                raise
            logger.info("transaction_clashed", extra={"pause_s": pause_s})
        # Not both again at the same moment.
        time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311
    return act()
