"""When a failed message is tried again (ADR 5)."""

DEFAULT_DELAYS_S: tuple[float, ...] = (5, 30, 120, 600)

# The last net for messages that come back unanswered; `chassis.suspects` parks them long before. The
# number is part of the queue's identity, so it stays constant whatever the delays are.
DELIVERY_LIMIT = 20


def next_delay_s(attempt: int, delays_s: tuple[float, ...] = DEFAULT_DELAYS_S) -> float | None:
    """Return how long to wait before try `attempt` + 1, or None when the message is to be parked.

    `attempt` counts from 1.
    """
    return delays_s[attempt - 1] if attempt <= len(delays_s) else None
