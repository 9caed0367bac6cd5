"""One performance of the story, and what it is judged by."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import requests

from tsunagi.client import Refused
from tsunagi.demo import stage
from tsunagi.demo.story import Story
from tsunagi.demo.telling import Broken, Telling
from tsunagi.instance import Instance


@dataclass(frozen=True)
class Outcome:
    """The summary line, and whether all of it held."""

    summary: dict[str, Any]
    held: bool


def perform(profile: str, drop_one: bool = False) -> Outcome:
    """Play the story in `profile`. With `drop_one` a message is lost on purpose (never in containers)."""
    telling = Telling()
    with (
        _stage(profile) as (instance, address, passwords, verify),
        stage.cast(address, passwords, verify) as cast,
    ):
        if drop_one:
            assert instance is not None, "only an instance on this machine can lose a message on purpose"
            stage.drop_next_note(instance)
        story = Story(cast, telling)
        try:
            story.play()
        except (Broken, Refused, requests.RequestException) as error:
            telling.hold(False, str(error))
    return _judge(profile, story, telling)


@contextlib.contextmanager
def _stage(profile: str) -> Iterator[tuple[Instance | None, str, dict[str, str], bool | str]]:
    if profile == "compose":
        from tsunagi.demo.containers import containers

        with containers(click.echo) as (address, passwords, certificate):
            yield None, address, passwords, certificate
    else:
        with stage.here(profile, click.echo) as (instance, passwords):
            yield instance, instance.public_url, passwords, True


def _judge(profile: str, story: Story, telling: Telling) -> Outcome:
    summary = {
        "profile": profile,
        "handoff": story.handoff_ids[0] if story.handoff_ids else None,
        "written_to_screen_ms": story.written_to_screen_ms,
        "acknowledged_by": story.acknowledged_by,
        "escalated_to": story.escalated_to,
        "lost": telling.lost,
        "doubled": telling.doubled,
    }
    complete = bool(story.acknowledged_by and story.escalated_to and len(story.handoff_ids) == 2)
    return Outcome(summary, complete and not telling.faults and not telling.lost and not telling.doubled)
