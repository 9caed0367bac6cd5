import csv
import os
from datetime import date
from pathlib import Path

import pytest

from chassis.calendar import holidays_of, is_holiday

# The Cabinet Office's own list (国民の祝日・休日), where the tests may find it.
OFFICIAL = Path(
    os.environ.get("TSUNAGI_HOLIDAYS", Path(__file__).parents[4] / "shared/data/holidays/syukujitsu.csv")
)

KNOWN = [
    (date(2026, 1, 1), True),
    (date(2026, 1, 12), True),  # 成人の日
    (date(2026, 5, 6), True),  # 振替休日: 3 May is a Sunday, 4 and 5 May are holidays
    (date(2026, 5, 7), False),
    (date(2026, 9, 22), True),  # 国民の休日 between 敬老の日 and 秋分の日
    (date(2026, 11, 23), True),
    (date(2026, 12, 31), False),
    (date(2019, 5, 1), True),  # 即位の日
    (date(2019, 10, 22), True),  # 即位礼正殿の儀
    (date(2021, 7, 22), True),  # 海の日, moved for one year
    (date(2021, 7, 19), False),
    (date(2024, 2, 12), True),  # 振替休日
    (date(2027, 3, 22), True),  # 振替休日 of 春分の日
]


@pytest.mark.parametrize(("day", "expected"), KNOWN)
def test_holidays_are_known(day, expected):
    assert is_holiday(day) is expected


def test_holidays_are_those_of_the_official_list():
    if not OFFICIAL.exists():
        pytest.skip(f"the official list is not on this machine: {OFFICIAL.name} (TSUNAGI_HOLIDAYS)")
    official = _official_days()

    ours = {day for year in range(1955, max(official).year + 1) for day in holidays_of(year)}

    assert ours == official


def _official_days():
    with OFFICIAL.open(encoding="cp932", newline="") as file:
        rows = [row[0] for row in csv.reader(file) if row and row[0][:1].isdigit()]
    return {date(*map(int, text.split("/"))) for text in rows}
