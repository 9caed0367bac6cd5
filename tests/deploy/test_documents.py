"""Documents say what is there: links, settings, commands, roles and states."""

import re

import pytest

from contracts.roles import STAFF_ROLES
from contracts.sharing import HANDOFF_STATES
from tests.deploy.files import ROOT
from tsunagi.commands import COMMANDS

# docs/facts.md is generated and has a test of its own.
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "docs" / "facts.md"})
HANDBOOK = (ROOT / "docs" / "operating.md").read_text()
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ADRS = sorted((ROOT / "docs" / "adr").glob("0*.md"))

_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
_SETTING = re.compile(r'read\.(?:text|number|numbers)\(f?"([A-Z_]+)')


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_links_to_is_there(path):
    targets = [target for target in _LINK.findall(path.read_text()) if "://" not in target]

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_handbook_has_every_setting():
    settings = {name.rstrip("_") for name in _SETTING.findall((ROOT / "chassis" / "config.py").read_text())}

    assert {name for name in settings if f"`{name}`" not in HANDBOOK} == set()


def test_a_command_that_a_document_names_exists():
    named = {
        command
        for path in DOCUMENTS
        for command in re.findall(r"(?:--rm tsunagi|`tsunagi) ([a-z][a-z-]+)", path.read_text())
    }

    assert named - set(COMMANDS) == set()


@pytest.mark.parametrize("word", [*STAFF_ROLES, *HANDOFF_STATES])
def test_the_glossary_has_a_word_for_every_role_and_state(word):
    assert f"`{word}`" in GLOSSARY


def test_every_decision_is_listed_and_has_the_four_parts():
    listed = (ROOT / "docs" / "adr" / "README.md").read_text()

    for path in ADRS:
        headings = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Status", "Consequences"], path.name
        assert f"({path.name})" in listed
