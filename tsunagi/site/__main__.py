"""Builds the documentation site: `python -m tsunagi.site`, or `make docs`."""

import logging
import sys

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from tsunagi.site import sources
from tsunagi.vendor import ROOT


def main() -> None:
    """Build it; whatever is doubtful, such as a link to nowhere, is an error."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    sources.lay_out()
    try:
        config = load_config(str(ROOT / "mkdocs.yml"), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    except (Abort, MkDocsException) as error:
        sys.exit(f"The site is not built: {error}")
    missing = (
        "" if any(sources.PICTURES.glob("*.png")) else " Its guides have no pictures: make docs-pictures"
    )
    print(f"Built: {sources.SITE.relative_to(ROOT)}/index.html.{missing}")


if __name__ == "__main__":
    main()
