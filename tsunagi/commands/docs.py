"""`tsunagi docs facts`."""

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Write the pages of the documentation that are made from code."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("docs/facts.md"))
def facts(file: Path) -> None:
    """Write the page of facts."""
    from tsunagi import facts_page

    file.write_text(facts_page.write(), encoding="utf-8")
    click.echo(f"Written: {file}")
