"""What MkDocs asks while it builds: the first page, pictures of guides, each page's language, diagrams."""

import re
from pathlib import Path
from typing import Any

from tsunagi.site.sources import DIAGRAMS

_FIRST, _ABOUT = "docs/guides/README.md", "README.md"
_JAPANESE = "docs/guides/ja/"
# `<!-- picture: board | words for those who do not see it -->`, alone on its line.
_PICTURE = re.compile(r"^<!-- picture: (?P<name>[\w-]+) \| (?P<words>.+?) -->$", re.MULTILINE)
# Between Japanese letters the end of a line is no space.
_LINE_END = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff60])\n *(?=[\u300c-\u9fff\uff08-\uff60])")
_MISSING = {
    "ja": "この画面の絵は、まだありません（`make docs-pictures` で作ります）：{words}",
    "en": "The picture of this page is not there yet (`make docs-pictures` makes it): {words}",
}


def on_files(files: Any, config: Any) -> Any:
    """Let the site begin with the guides; the tree's README is a page like the others."""
    _move(files.get_file_from_path(_ABOUT), "about.html")
    _move(files.get_file_from_path(_FIRST), "index.html")
    return files


def _move(file: Any, to: str) -> None:
    file.dest_uri = file.url = to
    file.abs_dest_path = str(Path(file.dest_dir) / to)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Put the pictures of a guide in their places; of one that was not made its words are shown."""
    markdown = _LINE_END.sub("", markdown)
    return _PICTURE.sub(lambda found: _picture(found, page, files), markdown)


def _picture(found: re.Match[str], page: Any, files: Any) -> str:
    name, words = found["name"], found["words"]
    if files.get_file_from_path(f"docs/guides/pictures/{name}.png"):
        up = "../" if page.file.src_uri.count("/") > 2 else ""
        return f"![{words}]({up}pictures/{name}.png)"
    return f"> {_MISSING[language(page.file.src_uri)].format(words=words)}"


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Say in which language the page is, and bring what draws diagrams where there are any."""
    output = output.replace('<html lang="ja"', f'<html lang="{language(page.file.src_uri)}"', 1)
    if 'class="mermaid"' in output:
        up = "../" * page.url.count("/")
        output = output.replace("</head>", f'<script src="{up}{DIAGRAMS}"></script></head>', 1)
    return output


def language(path: str) -> str:
    """Return the language of a document of the tree: guides are Japanese, the rest is English."""
    return "ja" if path.startswith(_JAPANESE) or path == _FIRST else "en"
