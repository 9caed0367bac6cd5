"""Lays out what the site is made of: every document where it stands in the tree, so that its links hold."""

import json
import shutil
from pathlib import Path

from gateway import asyncapi
from tsunagi.site import api_page
from tsunagi.vendor import ROOT

PLACE = ROOT / "var" / "docs"
SOURCE, SITE, PICTURES = PLACE / "source", PLACE / "site", PLACE / "pictures"
DIAGRAMS = "diagrams.js"

_DOCUMENTS = ("*.md", "LICENSE", "docs/**/*", "contracts/samples/*.json", "gateway/static/favicon.svg")
_LINKED = (".env.example",)


def lay_out(source: Path = SOURCE, pictures: Path = PICTURES) -> None:
    """Put documents, pictures and what is generated into `source`; what was there goes."""
    shutil.rmtree(source, ignore_errors=True)
    for pattern in (*_DOCUMENTS, *_LINKED):
        for path in ROOT.glob(pattern):
            if path.is_file():
                _copy(path, source / path.relative_to(ROOT))
    for picture in pictures.glob("*.png"):
        _copy(picture, source / "docs" / "guides" / "pictures" / picture.name)
    _copy(ROOT / "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js", source / DIAGRAMS)
    document = api_page.document()
    (source / "docs" / "api.md").write_text(api_page.write(document), "utf-8")
    _write_json(source / "docs" / "openapi.json", document)
    _write_json(source / "docs" / "facts.json", asyncapi.document())


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
