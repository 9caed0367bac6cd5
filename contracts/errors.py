"""The few errors that services raise. HTTP status codes exist only in `gateway/errors.py`."""

from typing import Any, ClassVar

ERRORS: dict[str, type["Problem"]] = {}


class Problem(Exception):
    """A refusal that the caller can understand.

    `reason` is a short code such as `consent_missing`, never a sentence and never a person's data;
    the gateway turns it into words of the reader's language. `fields` maps a field's path
    (`"note.meal"`) to a list of such codes.
    """

    code: ClassVar[str] = "problem"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        ERRORS[cls.code] = cls

    def __init__(self, reason: str = "", fields: dict[str, Any] | None = None) -> None:
        super().__init__(reason or self.code)
        self.reason = reason or self.code
        self.fields = fields or {}

    def to_wire(self) -> dict[str, Any]:
        """Return the form in which the error crosses the bus."""
        return {"code": self.code, "reason": self.reason, "fields": self.fields}


class NotFound(Problem):
    """It does not exist, or this caller may not know that it does: the answer is the same."""

    code = "not_found"


class AccessDenied(Problem):
    """The caller's role does not allow this kind of request at all."""

    code = "access_denied"


class NotSignedIn(Problem):
    """There is no valid session or no valid signature."""

    code = "not_signed_in"


class Conflict(Problem):
    """The request does not fit the present state; `reason` says why."""

    code = "conflict"


class Invalid(Problem):
    """Fields are missing or wrong; `fields` says which."""

    code = "invalid"


class TooMany(Problem):
    """Too many tries; wait before the next."""

    code = "too_many"


class Unavailable(Problem):
    """The service or the broker did not answer in time. The request may be repeated with its key."""

    code = "unavailable"


class Transient(Exception):
    """A passing fault of something outside: try again later."""


class Permanent(Exception):
    """A lasting fault of something outside: record it and show it."""


def from_wire(wire: dict[str, Any]) -> Problem:
    """Return the error that `Problem.to_wire` described; an unknown code becomes a plain `Problem`."""
    kind = ERRORS.get(wire.get("code", ""), Problem)
    return kind(wire.get("reason", ""), wire.get("fields"))
