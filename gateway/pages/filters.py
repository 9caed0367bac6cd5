"""What templates may use: dates as Japanese readers write them, and the word for every code."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, g, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from contracts.rules import CLOCK
from gateway import language
from gateway.ask import form_key
from gateway.pages import browsers, dates, labels, note_form, note_view, system_words
from gateway.parts import parts


def now() -> datetime:
    """Return the moment of this instance's clock."""
    return parts().clock.now()


def install(app: Flask) -> None:
    """Give the templates of `app` their filters and globals."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_FILTERS)
    app.jinja_env.globals.update(_words(), **_HELPERS)


def _iso(value: datetime | str) -> str:
    return dates.moment(value).isoformat(timespec="seconds")


def _tel(text: str) -> str:
    return re.sub(r"[^0-9+]", "", text)


def _hiragana(kana: str) -> str:
    """Return katakana as hiragana, as readings stand over a name."""
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in kana)


_FILTERS = {
    "hiragana": _hiragana,
    "iso": _iso,
    "tel": _tel,
    "long_day": dates.long_day,
    "full_day": dates.full_day,
    "full_time": dates.full_time,
    "clock_time": dates.clock_time,
    "how_long": lambda seconds: dates.how_long(timedelta(seconds=seconds)),
    "short_day": lambda value: dates.short_day(value, now()),
    "day_and_time": lambda value: dates.day_and_time(value, now()),
    "span_to": lambda start, end: dates.span(start, end, now()),
    "when": lambda value: dates.when(value, now()),
    "age": lambda value: dates.age(value, now()),
    "role_word": lambda role: str(labels.ROLES.get(role, role)),
    "state_word": lambda state: str(labels.STATES.get(state, state)),
    "scope_word": lambda scope: str(system_words.SCOPES.get(scope, scope)),
    "multiline": lambda value: Markup("<br>").join(str(value).split("\n")),
}

_TABLES = {
    "state_word": labels.STATES,
    "role_word": labels.ROLES,
    "rung_word": labels.RUNGS,
    "rule_name": labels.RULES,
    "skipped_word": labels.SKIPPED,
    "gap_word": labels.GAPS,
    "channel_word": labels.CHANNELS,
    "delivery_word": labels.DELIVERIES,
    "delivery_reason_word": labels.DELIVERY_REASONS,
    "counted_word": labels.COUNTED,
    "measured_word": labels.MEASURED,
    "call_outcome_word": labels.CALL_OUTCOMES,
    "reason_word": labels.DECLINE_REASONS,
    "urgency_word": labels.URGENCIES,
    "destination_word": labels.DESTINATIONS,
    "sex_word": labels.SEXES,
    "given_by_word": labels.GIVEN_BY,
    "care_level_word": labels.CARE_LEVELS,
    "staff_state_word": labels.STAFF_STATES,
    "kind_word": labels.FACILITY_KINDS,
    "weekday_word": labels.WEEKDAYS,
    "stay_state_word": labels.STAY_STATES,
    "action_word": labels.ACTIONS,
    "thing_word": labels.THINGS,
    "scope_word": system_words.SCOPES,
    "key_state_word": system_words.KEY_STATES,
    "webhook_state_word": system_words.WEBHOOK_STATES,
    "webhook_reason_word": system_words.WEBHOOK_REASONS,
}


def _words() -> dict[str, Any]:
    readers = {name: _reader(table) for name, table in _TABLES.items()}
    return {**readers, "device_word": browsers.word, "rank_words": labels.CHANNEL_RANKS}


def icon(name: str) -> Markup:
    """Return a picture from the sprite; the word beside it is its name."""
    if "sprite" not in g:
        g.sprite = url_for("static", filename="icons.svg")
    return _drawn(g.sprite, name)


@lru_cache(500)
def _drawn(sprite: str, name: str) -> Markup:
    return Markup(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
    ).format(sprite, name)


def gap_words(gap: note_form.Gap) -> str:
    """Return what to do about a missing answer: いまの状態：飲み込みを選んでください."""
    if gap.kind in _PICKED:
        return _("%(label)sを選んでください", label=gap.label)
    return _("%(label)sを入れてください", label=gap.label)


def note_marks(missing: list[note_form.Gap], wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return {path: [sentence]} for every field that is to be marked."""
    short = {
        gap.path: [_("選んでください。") if gap.kind in _PICKED else _("入れてください。")] for gap in missing
    }
    return short | wrong


def wait_words(rung: dict[str, Any]) -> str:
    """Return how long a rung of a rule has: 営業時間で15分、2回くり返し."""
    told = _("営業時間で%(minutes)s分", minutes=rung["wait"])
    if rung["unit"] == CLOCK:
        told = _("時計どおり%(minutes)s分", minutes=rung["wait"])
    if not rung["repeats"]:
        return told
    return _("%(wait)s、くり返し%(count)s回", wait=told, count=rung["repeats"])


_PICKED = ("choice", "choices", "yes_no")
_HELPERS = {
    "icon": icon,
    "between": language.between,
    "this_page": language.here,
    "other_language": language.other,
    "row_name": note_view.row_name,
    "state_icon": labels.state_icon,
    "form_key": form_key,
    "now": now,
    "gap_words": gap_words,
    "wait_words": wait_words,
    "note_marks": note_marks,
    "label_of": note_view.label_of,
    "decline_reasons": labels.DECLINE_REASONS,
    "states": tuple(labels.STATES),
    "care_levels": labels.CARE_LEVELS,
    "measured": tuple(labels.MEASURED),
    "facility_kinds": labels.FACILITY_KINDS,
}


def _reader(table: dict[str, Any]) -> Any:
    return lambda code: str(table.get(code, code or ""))
