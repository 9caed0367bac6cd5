"""What a command says when a service's rule refuses what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def spoken(about: str = "") -> Iterator[None]:
    """Turn a refusal into one line on standard error and exit code 1."""
    from contracts.errors import Problem

    try:
        yield
    except Problem as problem:
        wrong = ", ".join(f"{field}: {' '.join(codes)}" for field, codes in problem.fields.items())
        reason = "" if problem.reason == "invalid" and wrong else problem.reason
        parts = [about and f"{about}:", reason, wrong and f"({wrong})" if reason else wrong]
        raise click.ClickException(" ".join(part for part in parts if part)) from problem
