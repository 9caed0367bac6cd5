"""The commands of `tsunagi`: one file each, imported only when it is called."""

import importlib

import click

from tsunagi.commands.where import WORDS

COMMANDS = {
    "run": ("run", "Run everything on this machine: servers, services, demo city. Ctrl-C stops it."),
    "serve": ("serve", "Run one service, or the gateway."),
    "work": ("work", "Do the CPU work that services have queued."),
    "migrate": ("migrate", "Bring databases and broker to this version."),
    "doctor": ("doctor", "Check every prerequisite of an instance and say what to do."),
    "watch": ("watch", "Look at an instance from outside, and call its operators when something is wrong."),
    "accounts": ("accounts", "Make the first administrator."),
    "directory": ("directory", "Import facilities from official files, enter others by hand, find them."),
    "dead-letters": ("dead_letters", "List the messages that failed for good, or send them again."),
    "notify": ("notify", "Draw what the ladder of a note will do, and when."),
    "audit": ("audit", "Verify that nobody has changed an access log."),
    "backup": ("backup", "Write all data into one encrypted file, while everybody works on."),
    "restore": ("restore", "Fill an empty instance from a backup."),
    "rotate-passwords": ("rotate_passwords", "Give every login of a running instance a new password."),
    "replay": ("replay", "Send facts of a journal to one handler again."),
    "rebuild-bus": ("rebuild_bus", "Make a broken bus anew, where everything is kept in files."),
    "demo": ("demo", "Play the main job on a private instance and check every step."),
    "bench": ("bench", "Measure, and write var/bench.json."),
    "docs": ("docs", "Write the pages that are made from code, such as docs/facts.md."),
}


class LazyGroup(click.Group):
    """Knows every command's name and imports only the one that is called."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        # An instance that carries the command out is told the same words.
        context.meta[WORDS] = list(args)
        return super().parse_args(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        file, summary = COMMANDS[name]
        command: click.Command = importlib.import_module(f"tsunagi.commands.{file}").command
        command.short_help = summary
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.command(cls=LazyGroup)
def program() -> None:
    """つなぎ: carries a person safely from hospital to home."""
