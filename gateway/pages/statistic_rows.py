"""Figures as rows of tables, and as the lines of a file."""

import csv
import io
from typing import Any

from flask_babel import gettext as _

from gateway.pages import labels

Row = dict[str, Any]
COUNTS = ("arrived", "seen", "acknowledged", "declined", "withdrawn", "overdue", "waiting")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"


def tables(found: Row, offices: dict[str, str]) -> list[Row]:
    """Return what stands in each table: a title, and its shares with their names."""
    return [
        {"id": "whole", "title": _("全体"), "rows": [found["whole"] | {"name": _("すべての連絡")}]},
        {
            "id": "urgency",
            "title": _("急ぎの度合い別"),
            "rows": [one | {"name": str(labels.URGENCIES[one["of"]])} for one in found["by_urgency"]],
        },
        {
            "id": "office",
            "title": _("事業所別"),
            "rows": [
                one | {"name": offices.get(one["of"]) or _("事業所の名前が分かりません")}
                for one in found["by_office"]
            ],
        },
        {
            "id": "hour",
            "title": _("届いた時刻別"),
            "rows": [one | {"name": _("%(hour)s時台", hour=one["of"])} for one in found["by_hour"]],
        },
    ]


def as_file(found: Row, offices: dict[str, str]) -> bytes:
    """Return the shares as CSV in UTF-8 with a mark, as spreadsheets in Japan open it; times in minutes."""
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    lines = csv.writer(out)
    lines.writerow([_("期間"), found["first_day"], found["last_day"]])
    lines.writerow([_("区分"), _("対象"), *(str(labels.COUNTED[name]) for name in COUNTS), *_measured()])
    for table in tables(found, offices):
        for row in table["rows"]:
            counts = [row[name] for name in COUNTS]
            lines.writerow([table["title"], _harmless(row["name"]), *counts, *_times(row["took"])])
    lines.writerow([])
    lines.writerow([_("段"), _("たずねた"), _("次の段へ移った")])
    for rung in found["rungs"]:
        lines.writerow([str(labels.RUNGS[rung["role"]]), rung["asked"], rung["climbed"]])
    lines.writerow([])
    lines.writerow([_("経路"), _("結果"), _("通")])
    for one in found["deliveries"]:
        words = labels.CHANNELS.get(one["channel"]), labels.DELIVERIES.get(one["state"])
        lines.writerow([str(words[0] or one["channel"]), str(words[1] or one["state"]), one["count"]])
    return out.getvalue().encode()


def _measured() -> list[str]:
    found = []
    for name in labels.MEASURED:
        word = str(labels.MEASURED[name])
        found += [
            _("%(what)s：件数", what=word),
            _("%(what)s：中央値（分）", what=word),
            _("%(what)s：90%%がこれ以内（分）", what=word),
        ]
    return found


def _times(took: Row) -> list[Any]:
    return [
        value
        for name in labels.MEASURED
        for value in (took[name]["count"], _minutes(took[name]["median_s"]), _minutes(took[name]["p90_s"]))
    ]


def _minutes(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 60:.1f}"


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
