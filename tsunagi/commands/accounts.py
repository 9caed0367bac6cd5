"""`tsunagi accounts add-administrator` and `reset-second-factor`."""

from uuid import UUID

import click

from contracts.roles import OFFICE_MANAGER, STAFF_ROLES
from tsunagi.commands import refusals
from tsunagi.commands.where import folder_option


@click.group()
def command() -> None:
    """Let the first people in, and those who have lost their second factor."""


@command.command("add-administrator")
@click.option("--name", required=True, help="Full name, e.g. '石田 亮'.")
@click.option("--login", required=True)
@click.option("--office", required=True, type=click.UUID, help="Id of the office's entry in the directory.")
@click.option("--municipality", default="", help="6-digit code, where it is not the office's own.")
@click.option("--role", type=click.Choice(STAFF_ROLES), default=OFFICE_MANAGER, show_default=True)
@folder_option
def add_administrator(name: str, login: str, office: UUID, municipality: str, role: str) -> None:
    """Add somebody and print a password, which they must change when they first sign in."""
    from chassis import config
    from services.accounts import administrator

    with refusals.spoken():
        password = administrator.add_administrator(
            config.load("accounts").database_url,
            name=name,
            login=login,
            office_id=str(office),
            municipality=municipality or _municipality_of(str(office)),
            role=role,
        )
    click.echo(f"login {login}\npassword {password}")


def _municipality_of(office_id: str) -> str:
    """Return where the directory has the office. Raises Invalid when it has none of that id."""
    from chassis import config
    from contracts.errors import Invalid
    from services.directory import entering

    code = entering.municipality_of(config.load("directory").database_url, office_id)
    if not code:
        raise Invalid("invalid", {"office": ["not_in_the_directory"]})
    return code


@command.command("reset-second-factor")
@click.option("--login", required=True)
@folder_option
def reset_second_factor(login: str) -> None:
    """End the second factor of somebody whom no manager of an office may help.

    Make sure first that it is they who ask. All their sessions end, and they are told at the next sign-in.
    """
    from chassis import config
    from services.accounts import administrator

    with refusals.spoken():
        was_on = administrator.reset_second_factor(config.load("accounts").database_url, login)
    click.echo(f"{login} signs in by the password alone" if was_on else f"{login} has no second factor")
