"""The words of a page, looked up cheaply: a full inbox has a thousand of them.

Flask-Babel and Jinja find out anew for each word in which language it is to be. Here a request finds its
catalogue once, and a sentence without gaps is made ready for templates once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, force_locale
from markupsafe import Markup

# More than all templates have, in both languages.
_READY_SENTENCES = 10_000


class OncePerRequest(Domain):
    """Flask-Babel's words, with the catalogue kept for the time of a request."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the language of this request."""
        if not has_app_context():
            return super().get_translations()
        kept = g._get_current_object()
        found: NullTranslations | None = kept.get("translations")
        if found is None:
            found = kept.translations = super().get_translations()
        return found


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Have everything inside the block in this language, whatever the reader has chosen."""
    kept = g.pop("translations", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.pop("translations", None)
        if kept is not None:
            g.translations = kept


def install(app: Flask, babel: Babel) -> None:
    """Let pages and templates of `app` have their words from here."""
    domain = OncePerRequest()
    babel.domain_instance = domain

    def sentence(text: str, /, **values: Any) -> Markup:
        catalogue = domain.get_translations()
        return _with_gaps(catalogue, text) % values if values else _ready(catalogue, text)

    app.jinja_env.globals.update(gettext=sentence, _=sentence)


@lru_cache(_READY_SENTENCES)
def _with_gaps(catalogue: NullTranslations, text: str) -> Markup:
    return Markup(catalogue.gettext(text))  # noqa: S704 (our own words; what is put in is escaped)


@lru_cache(_READY_SENTENCES)
def _ready(catalogue: NullTranslations, text: str) -> Markup:
    # As Jinja has it: a sentence is a format, also where nothing is to be put in.
    return Markup(catalogue.gettext(text)) % {}  # noqa: S704 (our own words)
