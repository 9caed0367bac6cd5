"""What goes out to people, and in which language; notify and accounts answer these of their own texts."""

from marshmallow import Schema, fields, validate

LANGUAGES = ("ja", "en")
# For whoever has chosen none.
DEFAULT = "ja"

# All that a text outside may ask for. `what` is one of a few fixed sentences of accounts.
# None of it is about a person whom a note is about.
MAY_SAY = frozenset({"office", "kind", "code", "link", "count", "what"})


def known(language: str | None) -> str:
    """Return a language in which there are texts: the given one, or Japanese."""
    return language if language in LANGUAGES else DEFAULT


class SetLanguage(Schema):
    """`set_language` (anybody signed in) → {}: in which language the caller is written to."""

    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES, error="not_a_choice"))


class ListTexts(Schema):
    """`list_texts` (desk, operator) of notify and of accounts → TextsFound: drawn by what sends them."""


class SampleText(Schema):
    """A text as it goes out, about a made-up handoff. `language` is None for what machines read."""

    channel = fields.String()
    text = fields.String()
    language = fields.String(allow_none=True)
    subject = fields.String()
    body = fields.String()


class TextsFound(Schema):
    """Every text of a service by channel, in every language."""

    texts = fields.List(fields.Nested(SampleText))
