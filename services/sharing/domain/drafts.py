"""A note while it is written: what is filled in beforehand and from where, what is kept of what was typed.

`sources` tells of each filled path where its value came from: {"from", "at", "by"}; an edited one adds
`edited_at` and `edited_by`, an emptied one is only {"cleared_at"} and is not filled again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.forms import Checked, Form

Sources = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Origin:
    """One record that a form is filled from: its values by `prefill` name, its day and author."""

    values: dict[str, Any]
    at: datetime
    by: str


@dataclass(frozen=True)
class Draft:
    """What is written so far. Revision 0 has never been saved."""

    stay_id: str
    form: str
    revision: int
    content: dict[str, Any]
    sources: Sources
    saved_by: str = ""
    saved_by_name: str = ""
    saved_at: datetime | None = None


def fill(form: Form, draft: Draft, origins: dict[str, Origin], last: Origin | None) -> Draft:
    """Return the draft with every path filled that nobody has typed or emptied.

    `origins` are records by the first word of `prefill` (person, stay, hospital, today); `last` is the
    last note, whose `values` are its content. What was filled before follows its record's changes.
    """
    content, sources = dict(draft.content), dict(draft.sources)
    for field in form:
        name = field.prefill.partition(".")[0]
        kind, origin = (name, origins.get(name)) if field.prefill else ("note", last if field.carry else None)
        if origin is None or not (field.fixed or _is_free(field.path, content, sources)):
            continue
        value = origin.values.get(field.prefill or field.path)
        if value in (None, "", []):
            content.pop(field.path, None)
            sources.pop(field.path, None)
        elif content.get(field.path) != value or field.path not in sources:
            content[field.path] = value
            sources[field.path] = {"from": kind, "at": origin.at.isoformat(), "by": origin.by}
    return replace(draft, content=content, sources=sources)


def keep(form: Form, draft: Draft, typed: Checked, who: str, at: datetime) -> Draft:
    """Return the draft with the good values taken over; what was refused stays as it was before."""
    content, sources = dict(draft.content), dict(draft.sources)
    fixed = {field.path for field in form if field.fixed}
    for path, value in typed.values.items():
        if path not in fixed and content.get(path) != value:
            content[path] = value
            _note_edit(sources, path, who, at)
    for path in typed.cleared:
        if path not in fixed and content.pop(path, None) is not None:
            sources[path] = {"cleared_at": at.isoformat()}
    return replace(draft, content=content, sources=sources)


def _is_free(path: str, content: dict[str, Any], sources: Sources) -> bool:
    source = sources.get(path)
    if source is None:
        return path not in content
    return not ("edited_at" in source or "cleared_at" in source)


def _note_edit(sources: Sources, path: str, who: str, at: datetime) -> None:
    source = sources.get(path)
    if source is None or "cleared_at" in source:
        sources.pop(path, None)
    else:
        sources[path] = source | {"edited_at": at.isoformat(), "edited_by": who}
