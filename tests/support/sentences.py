"""Where Japanese stands in the gateway's sources outside the calls that translate it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

# Kana, kanji and full-width punctuation. The wide space U+3000 is left out: it separates and says nothing.
JAPANESE = re.compile(r"[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")

RUN = re.compile(JAPANESE.pattern + "+")

_TRANSLATE = {"_", "later", "gettext", "ngettext", "pgettext"}
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def of_template(source: str) -> list[str]:
    """Return the texts of a template that reach a reader untranslated."""
    return [text.strip() for text in _template_texts(Environment().parse(source)) if JAPANESE.search(text)]


def _template_texts(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in _TRANSLATE:
        for value in node.kwargs:
            yield from _template_texts(value)
        for argument in node.args:
            if not isinstance(argument, nodes.Const):
                yield from _template_texts(argument)
        return
    if isinstance(node, nodes.TemplateData):
        yield node.data
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _template_texts(child)


def of_python(source: str) -> list[str]:
    """Return the string literals of a module that are neither translated nor docstrings."""
    tree = ast.parse(source)
    documentation = {id(text) for node in ast.walk(tree) for text in _documentation(node)}
    return [
        text.value.strip()
        for text in _literals(tree)
        if id(text) not in documentation and JAPANESE.search(text.value)
    ]


def _documentation(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            yield child.value


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _TRANSLATE:
        for value in node.keywords:
            yield from _literals(value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def of_script(source: str) -> list[str]:
    """Return the lines of a script that hold Japanese outside a comment."""
    return [line.strip() for line in _COMMENT.sub("", source).splitlines() if JAPANESE.search(line)]


def found(folder: Path, pattern: str) -> dict[str, list[str]]:
    """Return {file: [text, …]} of all files of one kind."""
    read = {".html": of_template, ".py": of_python, ".js": of_script}
    texts = {
        str(path.relative_to(folder)): read[path.suffix](path.read_text("utf-8"))
        for path in sorted(folder.glob(pattern))
    }
    return {name: those for name, those in texts.items() if those}
