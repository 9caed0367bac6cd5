"""Which commands are carried out where (ADR 29)."""

import click

from tsunagi.admin.door import ADMITTED
from tsunagi.commands import COMMANDS, program

# They start what runs, want nothing to run, or look from outside.
ELSEWHERE = {"run", "restore", "rebuild-bus", "doctor", "watch"}


def parameters(command):
    """Return the names of all parameters of a command and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {parameter.name for parameter in command.params}
    return own.union(*(parameters(each) for each in below))


def test_what_names_an_instance_comes_in_at_its_socket():
    with click.Context(program) as context:
        found = {name: program.get_command(context, name) for name in COMMANDS}

    assert {name for name, each in found.items() if "folder" in parameters(each)} - ELSEWHERE == ADMITTED
