"""Who has to answer for a note: the care manager, the care office, else the desk of the municipality."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Receiver:
    """The responsible account, office and desk; the desk is always the last to be asked."""

    office_id: str | None
    account_id: str | None
    desk_id: str | None

    @property
    def exists(self) -> bool:
        """Return whether anybody at all can be asked."""
        return bool(self.office_id or self.desk_id)

    @property
    def kind(self) -> str:
        """Return care_manager, office (no member: FAX and telephone), desk, or none."""
        if self.account_id:
            return "care_manager"
        if self.office_id:
            return "office"
        return "desk" if self.desk_id else "none"


def desk_areas(municipality: str) -> list[str]:
    """Return the codes whose desk serves a municipality, nearest first: its own, then its city's.

    A ward of a designated city is served by the city. Source: 総務省 全国地方公共団体コード; the city
    stands at the head of its wards, in the numbers 100–199 of a prefecture. Tokyo's special wards are
    municipalities of their own.
    """
    prefecture, number = municipality[:2], int(municipality[2:5])
    if not 100 < number < 200 or prefecture == "13":
        return [municipality]
    heads = range(number - number % 10, 99, -10)
    return [municipality, *(_with_check_digit(f"{prefecture}{head}") for head in heads if head != number)]


def _with_check_digit(code: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=True))
    return f"{code}{(11 - total % 11) % 10}"
