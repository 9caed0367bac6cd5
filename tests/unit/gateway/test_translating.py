"""Words are looked up once a request, and are still those of its own reader."""

from flask import render_template_string
from flask_babel import gettext

from gateway import language

PAGE = "{{ _('受信箱') }} {{ _('%(name)s さん', name=name) }}"


def a_page(app, chosen, name="馬場"):
    """Return what a reader of this language is shown, by a template and by code."""
    with app.test_request_context(headers={"Cookie": f"tsunagi_language={chosen}"}):
        assert language.present() == chosen
        return render_template_string(PAGE, name=name), gettext("受信箱")


def test_readers_of_two_languages_take_turns(app):
    pages = [a_page(app, chosen) for chosen in ("ja", "en", "ja")]

    assert pages == [("受信箱 馬場 さん", "受信箱"), ("Inbox 馬場", "Inbox"), ("受信箱 馬場 さん", "受信箱")]


def test_what_is_put_into_a_sentence_is_escaped(app):
    page, _word = a_page(app, "ja", name="<b>馬場</b>")

    assert page == "受信箱 &lt;b&gt;馬場&lt;/b&gt; さん"
