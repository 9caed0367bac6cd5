"""A day as people type it.

By era (昭和11年5月3日, S11.5.3, s110503) or western (1936年5月3日, 1936/5/3, 19360503).
"""

import re
import unicodedata
from datetime import date

from gateway.pages.dates import from_era

_ERAS = {"r": "令和", "h": "平成", "s": "昭和", "t": "大正", "m": "明治"}
_ERA = "|".join((*_ERAS, *_ERAS.values()))
# After NFKC; with an input method a hyphen comes as a minus, the mark of a long vowel, or a middle dot.
_BETWEEN = r"\s*[年月./\-−ー・]\s*"
_SHAPES = (
    re.compile(
        rf"(?P<era>{_ERA})?\s*(?P<year>\d{{1,4}}|元){_BETWEEN}(?P<month>\d\d?){_BETWEEN}(?P<day>\d\d?)日?"
    ),
    re.compile(rf"(?P<era>{_ERA})(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)"),
    re.compile(r"(?P<era>)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
)


def typed_day(text: str) -> date | None:
    """Return the day that was meant, or None when it is none, or one that its era did not have."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(plain))), None)
    if found is None:
        return None
    year, month, day = (int(found[part].replace("元", "1")) for part in ("year", "month", "day"))
    if found["era"]:
        return from_era(_ERAS.get(found["era"], found["era"]), year, month, day)
    return _western(year, month, day)


def _western(year: int, month: int, day: int) -> date | None:
    # 11/5/3 without an era may be 昭和 or 平成: it is asked for again.
    try:
        return date(year, month, day) if year > 1000 else None
    except ValueError:
        return None
