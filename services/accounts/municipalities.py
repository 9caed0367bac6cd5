"""Which city a ward belongs to: a designated city administers the offices in its wards.

Source: 全国地方公共団体コード (総務省). The third to fifth digits of a designated city or its wards lie
between 100 and 199; a ward's number follows its city's. 東京's 特別区 stand for themselves.
"""

DESIGNATED_CITIES = tuple(
    """
    01100 04100 11100 12100 14100 14130 14150 15100 22100 22130 23100 26100 27100 27140 28100 33100
    34100 40100 40130 43100
    """.split()  # noqa: SIM905
)


def designated_city_of(code: str) -> str:
    """Return the five digits of the designated city that a 6-digit code is or lies in, or ""."""
    five = code[:5]
    before = [city for city in DESIGNATED_CITIES if city[:2] == five[:2] and city <= five]
    return before[-1] if before and five[2] == "1" else ""


def administers(tenant: str, code: str) -> bool:
    """Return whether the municipality `tenant` looks after what lies in `code`."""
    return bool(tenant) and (tenant == code or tenant[:5] == designated_city_of(code))
