"""`tsunagi accounts add-administrator`."""

import click

from contracts.roles import OFFICE_MANAGER, STAFF_ROLES
from tsunagi.commands.where import folder_option


@click.group()
def command() -> None:
    """Let the first people in; afterwards managers add their own staff in the browser."""


@command.command("add-administrator")
@click.option("--name", required=True, help="Full name, e.g. '石田 亮'.")
@click.option("--login", required=True)
@click.option("--office", "office_id", required=True, help="Id of the office's entry in the directory.")
@click.option("--municipality", required=True, help="6-digit code, e.g. 141500.")
@click.option("--role", type=click.Choice(STAFF_ROLES), default=OFFICE_MANAGER, show_default=True)
@folder_option
def add_administrator(name: str, login: str, office_id: str, municipality: str, role: str) -> None:
    """Add somebody and print a password, which they must change when they first sign in."""
    from chassis import config
    from contracts.errors import Invalid
    from services.accounts import administrator

    try:
        password = administrator.add_administrator(
            config.load("accounts").database_url,
            name=name,
            login=login,
            office_id=office_id,
            municipality=municipality,
            role=role,
        )
    except Invalid as refused:
        wrong = ", ".join(f"{field}: {' '.join(codes)}" for field, codes in refused.fields.items())
        raise click.ClickException(wrong or refused.reason) from refused
    click.echo(f"login {login}\npassword {password}")
