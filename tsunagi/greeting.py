"""What a person is told when an instance is up."""

import json
import unicodedata

from tsunagi import demo_city
from tsunagi.instance import Instance


def greeting(instance: Instance) -> str:
    """Return the address and, in a demonstration, who may sign in with which password."""
    lines = ["", f"つなぎ is running: {instance.public_url}", ""]
    if instance.kind == "demo":
        lines += [*_accounts(instance), "", "Everything and everybody in it is made up."]
    else:
        lines += ["Nobody can sign in yet? See docs/operating.md, The directory and The first people."]
    lines += [f"Logs: {instance.logs}", "Ctrl-C stops it; data stay.", ""]
    return "\n".join(lines)


def _accounts(instance: Instance) -> list[str]:
    passwords = json.loads((instance.folder / "demo-accounts.json").read_text())
    rows = [("role", "name", "office", "login", "password")]
    for person in demo_city.PEOPLE:
        office, role, _ = person["roles"][0]
        rows.append(
            (role, person["name"], demo_city.office_name(office), person["login"], passwords[person["login"]])
        )
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(pad(cell, to) for cell, to in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def width(text: str) -> int:
    """Return how many columns a terminal needs; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, to: int) -> str:
    """Return the text filled up with spaces to `to` columns."""
    return text + " " * (to - width(text))
