"""Every code that anything raises has a sentence."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from chassis.field_codes import CODES
from contracts.sharing import HANDOFF_STATES
from gateway import words
from gateway.reasons import FIELDS, REASONS, WARNINGS
from services.accounts import password_policy

ROOT = Path(__file__).parents[3]
FOLDERS = ("services", "chassis", "contracts", "gateway")
# A NotFound is always told alike, whatever its reason says.
RAISED = {"Conflict", "Invalid", "AccessDenied", "NotSignedIn", "TooMany", "Unavailable", "Failed"}


@cache
def _nodes() -> list[ast.Call | ast.Assign]:
    """Return every call and every assignment of our code."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in files)
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Assign)]


def _calls(names: set[str]) -> Iterator[ast.Call]:
    for node in _nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
            yield node


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _reasons() -> Iterator[str]:
    for call in _calls(RAISED):
        if call.args and (reason := _text(call.args[0])):
            yield reason
    yield from (f"is_{state}" for state in HANDOFF_STATES)


def _field_codes() -> Iterator[str]:
    for call in _calls({"ValidationError"}):
        if call.args and (code := _text(call.args[0])):
            yield code
    for call in _calls({"Length", "Regexp", "Range", "OneOf"}):
        yield from (code for word in call.keywords if word.arg == "error" and (code := _text(word.value)))
    for call in _calls({"Invalid"}):
        yield from _listed(call)
    for node in _nodes():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            yield from _listed(node.value) if isinstance(node.value, ast.List) else ()
    yield from CODES.values()
    yield from password_policy.faults("aoki", "aoki")


def _listed(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.List):
            yield from (code for item in part.elts if (code := _text(item)))


def test_every_reason_has_words() -> None:
    reasons = set(_reasons())

    assert len(reasons) > 30
    assert reasons - REASONS.keys() == set()


def test_every_field_code_has_words() -> None:
    codes = set(_field_codes())

    assert len(codes) > 20
    assert codes - FIELDS.keys() - {key.partition(".")[2] for key in FIELDS} == set()


def test_sentences_are_polite_and_end() -> None:
    sentences = [*REASONS.values(), *FIELDS.values(), *WARNINGS.values()]

    assert [str(s) for s in sentences if not str(s).endswith("。") or "エラー" in str(s)] == []


def test_a_field_may_have_words_of_its_own() -> None:
    assert words.field("too_short", "password") == "13文字以上にしてください。"
    assert words.field("too_short", "name") == "短すぎます。もう少し長くしてください。"


def test_an_unknown_code_gets_general_words() -> None:
    assert words.field("never_heard_of") == "入力を確かめてください。"


def test_nested_fields_are_flattened() -> None:
    fields = {"note": {"meal": ["required"], "_schema": ["not_content"]}, "days": {0: ["not_a_date"]}}

    assert words.flat(fields) == {
        "note.meal": ["required"],
        "note": ["not_content"],
        "days.0": ["not_a_date"],
    }
