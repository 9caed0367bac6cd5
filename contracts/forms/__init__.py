"""Forms as data: the sheets that the ministry lays out, one file each, and questions about their content.

- `load("discharge_note.r6")` → Form: sections → fields, each with kind, label, choices …
- `check(form, content)` → Checked(values, cleared, errors): codes by path
- `missing(form, content)` → required and unanswered, in page order
- `settled(form, content)` → without answers to questions that do not arise
- `changed(form, old, new)` → paths that differ
- `from_inputs(form, request.form)` → an HTML page's inputs as content
- `shape(form)` → the content as JSON Schema
- `codes("care_level")` → a shared code list
"""

from contracts.forms.content import Checked, changed, check, is_asked, missing, schema, settled
from contracts.forms.form import KINDS, Choice, Condition, Field, Form, Section, codes, load
from contracts.forms.inputs import Inputs, from_inputs
from contracts.forms.shape import shape

__all__ = [
    "KINDS",
    "Checked",
    "Choice",
    "Condition",
    "Field",
    "Form",
    "Inputs",
    "Section",
    "changed",
    "check",
    "codes",
    "from_inputs",
    "is_asked",
    "load",
    "missing",
    "schema",
    "settled",
    "shape",
]
