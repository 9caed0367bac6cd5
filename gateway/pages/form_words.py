"""The sheets of `contracts/forms` in the reader's language. Codes and rules stay as they are."""

from dataclasses import replace
from functools import cache

from flask_babel import gettext, pgettext

from contracts import forms
from gateway.extraction import YES_NO
from gateway.language import present


def load(name: str) -> forms.Form:
    """Return the sheet of this name in the reader's words; the same object each time."""
    return _in(present(), name)


@cache
def _in(language: str, name: str) -> forms.Form:
    form = forms.load(name)
    sections = tuple(_section(section) for section in form.sections)
    return replace(form, title=_word(form.title), edition=_word(form.edition), sections=sections)


def _section(section: forms.Section) -> forms.Section:
    return replace(
        section,
        part=_word(section.part),
        title=_word(section.title),
        hint=_word(section.hint),
        fields=tuple(_field(field) for field in section.fields),
    )


def _field(field: forms.Field) -> forms.Field:
    return replace(
        field,
        label=_word(field.label),
        hint=_word(field.hint),
        unit=_word(field.unit),
        row_label=_word(field.row_label),
        yes=pgettext(YES_NO, field.yes),
        no=pgettext(YES_NO, field.no),
        choices=tuple(replace(choice, label=_word(choice.label)) for choice in field.choices),
        columns=tuple(_field(column) for column in field.columns),
    )


def _word(text: str) -> str:
    # An empty msgid is the catalogue's own header.
    return gettext(text) if text else ""
