"""How long somebody who was refused has to wait, and in which words that is told."""

from datetime import timedelta

from flask_babel import gettext as _

from chassis.calendar import TOKYO
from contracts.errors import Problem
from gateway import words
from gateway.language import between
from gateway.parts import parts


def told(problem: Problem) -> str:
    """Return the sentence for a refusal, and when to try again if it says so."""
    wait_s = seconds(problem)
    if wait_s is None:
        return words.reason(problem.reason)
    if wait_s < 60:
        return (
            words.reason(problem.reason)
            + between()
            + _("あと%(seconds)s秒で、もう一度試せます。", seconds=wait_s)
        )
    # At the next full minute: nobody comes some seconds too early.
    at = (parts().clock.now() + timedelta(seconds=wait_s + 59)).astimezone(TOKYO)
    return (
        words.reason(problem.reason)
        + between()
        + _("%(time)sから、もう一度試せます。", time=f"{at.hour}:{at.minute:02}")
    )


def seconds(problem: Problem) -> int | None:
    """Return after how many seconds a refused request may come again, if that is known."""
    wait_s = problem.fields.get("retry_after_s")
    return wait_s if isinstance(wait_s, int) else None
