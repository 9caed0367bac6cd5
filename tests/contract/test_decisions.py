"""A decision that code or a document cites is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("0*.md")}
OURS = ("contracts", "chassis", "services", "gateway", "tsunagi", "deploy", "docs")
NOT_OURS = ("vendor", "__pycache__")

_CITED = re.compile(r"\bADRs? (\d+(?:(?:, | and )\d+)*)")


def texts() -> dict[str, str]:
    found = {path for folder in OURS for path in (ROOT / folder).rglob("*")} | set(ROOT.glob("*.*"))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="ignore")
        for path in sorted(found)
        if path.is_file() and not set(NOT_OURS) & set(path.parts)
    }


def cited(text: str) -> set[int]:
    return {int(number) for numbers in _CITED.findall(text) for number in re.findall(r"\d+", numbers)}


def test_numbers_are_read_one_by_one():
    assert cited("(ADR 3), see ADRs 4, 5 and 12; ADR-free 9") == {3, 4, 5, 12}


def test_every_decision_that_is_cited_exists():
    missing = {name: unknown for name, text in texts().items() if (unknown := cited(text) - DECISIONS)}

    assert missing == {}


def test_rights_at_broker_and_database_cite_the_decision_on_logins():
    code = texts()

    assert cited(code["tsunagi/logins.py"]) == cited(code["chassis/auth.py"]) == {6}
