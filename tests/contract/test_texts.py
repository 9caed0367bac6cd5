"""Texts of every channel as they are found in the tree: what each may ask for, in every language.

Nothing is listed here: a new text, a new language or a new field of a message is held to the same.
"""

import json
import re
from dataclasses import fields
from pathlib import Path
from string import Template

import pytest
from jinja2 import Environment, nodes

from chassis.letters import Letter, Texts
from contracts.texts import LANGUAGES, MAY_SAY
from services.accounts.texts import samples as of_accounts
from services.notify.channels.way import Item, Message
from services.notify.channels.web_push import payload
from services.notify.texts import samples as of_notify
from tsunagi.vendor import ROOT

URL = "https://tsunagi.example"
FOLDERS = sorted({file.parent for file in (ROOT / "services").rglob("templates/*.txt")})
FILES = [file for folder in FOLDERS for file in sorted(folder.iterdir())]
SAMPLES = [*of_notify(URL), *of_accounts(URL)]
SHEET = (ROOT / "gateway/templates/parts/fax_paper.html").read_text("utf-8")
SCRIPT = (ROOT / "gateway/templates/parts/call_words.html").read_text("utf-8")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def places(file: Path) -> set[str]:
    return set(Template(file.read_text("utf-8")).get_identifiers())


def test_services_have_texts() -> None:
    assert [folder.relative_to(ROOT / "services").parts[0] for folder in FOLDERS] == ["accounts", "notify"]


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_text_asks_for_nothing_about_a_person(file: Path) -> None:
    assert places(file) <= MAY_SAY
    assert Template(file.read_text("utf-8")).is_valid()


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_text_is_there_in_every_language_and_says_the_same(file: Path) -> None:
    name, language, _ = file.name.split(".")

    others = [file.with_name(f"{name}.{code}.txt") for code in LANGUAGES]

    assert language in LANGUAGES
    assert {frozenset(places(other)) for other in others} == {frozenset(places(file))}
    assert bool(JAPANESE.search(file.read_text("utf-8"))) == (language == "ja")


def test_the_page_shows_every_text_there_is_in_every_language() -> None:
    shown = {(one["text"].split(".")[0], one["language"]) for one in SAMPLES if one["language"]}

    assert shown == {tuple(file.name.split(".")[:2]) for file in FILES}
    assert [one["text"] for one in SAMPLES if "$" in one["subject"] + one["body"]] == []


@pytest.mark.parametrize("asked", ["name", "person", "address", "cause"])
def test_a_text_that_asks_for_more_keeps_its_service_from_writing(tmp_path: Path, asked: str) -> None:
    for language in LANGUAGES:
        (tmp_path / f"new.{language}.txt").write_text(f"Subject\n\n${{{asked}}}\n", "utf-8")

    with pytest.raises(ValueError, match="what no text may say"):
        Texts(tmp_path).write("new", "ja", **{asked: "Chiyo"})


def test_a_text_that_lacks_a_language_keeps_its_service_from_writing(tmp_path: Path) -> None:
    (tmp_path / "new.ja.txt").write_text("Subject\n\nBody\n", "utf-8")

    with pytest.raises(ValueError, match=r"new\.en\.txt"):
        Texts(tmp_path).write("new", "ja")


def test_a_subject_is_one_line_whatever_an_office_calls_itself(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (tmp_path / f"new.{language}.txt").write_text("From ${office}\n\nBody\n", "utf-8")

    assert Texts(tmp_path).write("new", "ja", office="A\n\nB") == Letter("From A  B", "Body\n")


def test_a_message_has_no_place_for_a_person() -> None:
    assert {one.name for one in fields(Item)} == {"office", "kind", "code", "link"}
    assert {one.name for one in fields(Message)} == {"id", "topic", "urgency", "items", "inbox", "at"}


def test_a_notice_and_a_webhook_have_no_place_for_a_person() -> None:
    [notice] = {frozenset(json.loads(payload(Letter("", ""), "", "")))}
    hooks = [json.loads(one["body"]) for one in SAMPLES if one["channel"] == "webhook"]

    assert notice == {"title", "body", "link", "tag"}
    assert [set(one["data"]) for one in hooks] == [{"handoff_id", "code", "kind", "state", "link"}, set()]


def chains(source: str) -> set[str]:
    """Return what a template asks for: `one.code`, `receiver.name` …"""
    found = set()
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(source)
    inner = {id(one.node) for one in tree.find_all(nodes.Getattr)}
    for one in tree.find_all((nodes.Getattr, nodes.Name)):
        path, node = "", one
        while isinstance(node, nodes.Getattr):
            path, node = f".{node.attr}{path}", node.node
        if id(one) not in inner and isinstance(node, nodes.Name) and node.ctx == "load":
            found.add(f"{node.name}{path}")
    return found


def test_the_cover_sheet_asks_for_offices_code_and_days_only() -> None:
    of_office = {
        f"{who}.{what}" for who in ("receiver", "sender", "mine") for what in ("name", "phone", "fax")
    }
    of_sheet = {
        "one.code",
        "one.return_code",
        "one.sheet.made_at",
        "one.sheet.ends_at",
        "picture",
    }

    assert chains(SHEET) - {"_", "icon", "url_for"} <= of_office | of_sheet


def test_what_is_said_by_telephone_asks_for_office_and_code_only() -> None:
    assert chains(SCRIPT) - {"_"} == {"office", "code"}
