"""Days and times as readers write them. Moments come in aware (or as ISO text), Tokyo goes out.

The Japanese way stands here, in 和暦; the English one, in western years, in `english_dates`.
"""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from chassis.calendar import TOKYO, is_holiday
from gateway.language import between, present
from gateway.pages import english_dates

WEEKDAYS = "月火水木金土日"

# Source: 元号法 and the orders that named each era; the day is the era's first.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)


def _is_english() -> bool:
    return present() == "en"


def moment(value: datetime | str) -> datetime:
    """Return the moment in Tokyo."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(TOKYO)


def day(value: date | datetime | str) -> date:
    """Return the day in Tokyo of a moment, or the day that is given."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return moment(value).date() if isinstance(value, datetime) else value


def era_year(value: date) -> str:
    """令和8年; the first year is 元年. A day before 明治 keeps its western year."""
    for first, name in ERAS:
        if value >= first:
            year = value.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return f"{value.year}年"


def weekday(value: date) -> str:
    """火, on a holiday 月・祝."""
    return WEEKDAYS[value.weekday()] + ("・祝" if is_holiday(value) else "")


def long_day(value: date | datetime | str) -> str:
    """令和8年11月24日 (for dates of birth and terms, without weekday)."""
    that = day(value)
    if _is_english():
        return english_dates.long_day(that)
    return f"{era_year(that)}{that.month}月{that.day}日"


def full_day(value: date | datetime | str) -> str:
    """令和8年11月24日（火）, for headings, forms and paper."""
    if _is_english():
        return english_dates.full_day(day(value))
    return f"{long_day(value)}（{weekday(day(value))}）"


def short_day(value: date | datetime | str, now: datetime) -> str:
    """11/27（金）; a day of another year in full."""
    that = day(value)
    if that.year != day(now).year:
        return full_day(that)
    if _is_english():
        return english_dates.short_day(that)
    return f"{that.month}/{that.day}（{weekday(that)}）"


def clock_time(value: datetime | str) -> str:
    """9:05, on 24 hours."""
    that = moment(value)
    return f"{that.hour}:{that.minute:02}"


def day_and_time(value: datetime | str, now: datetime) -> str:
    """今日 15:02, 明日 9:00, else 11/27（金）10:30."""
    ahead = (day(moment(value)) - day(now)).days
    if ahead in (0, 1):
        near = _("明日") if ahead else _("今日")
        return f"{near} {clock_time(value)}"
    return short_day(moment(value), now) + between() + clock_time(value)


def span(start: datetime | str, end: datetime | str, now: datetime) -> str:
    """11/26（金）13:00–17:30; over several days each end with its day."""
    same_day = day(moment(start)) == day(moment(end))
    return f"{day_and_time(start, now)}–{clock_time(end) if same_day else day_and_time(end, now)}"


def when(value: datetime | str, now: datetime) -> str:
    """What happened: 14:02 today, else 11/23（月・祝）14:02."""
    same_day = day(moment(value)) == day(now)
    return ("" if same_day else short_day(moment(value), now) + " ") + clock_time(value)


def full_time(value: datetime | str) -> str:
    """令和8年11月24日（火）14:20, for headings."""
    return full_day(moment(value)) + (", " if _is_english() else "") + clock_time(value)


def how_long(span: timedelta) -> str:
    """42分, 21時間40分, 3日; never less than 1分."""
    minutes = max(1, int(span.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    if _is_english():
        return english_dates.how_long(hours, minutes)
    if hours >= 48:
        return f"{hours // 24}日"
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "")


def age(birth: date | str, now: datetime) -> int:
    """Return the age in full years today."""
    born, today = day(birth), day(now)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def from_era(era: str, year: int, month: int, number: int) -> date | None:
    """Return the day of 昭和19年4月12日 in parts, or None when there was no such day in that era."""
    first = next((first for first, name in ERAS if name == era), None)
    if first is None or year < 1:
        return None
    try:
        found = date(first.year + year - 1, month, number)
    except ValueError:
        return None
    return found if era_year(found).startswith(era) else None
