"""The program `tsunagi`."""

import sys


def main() -> None:
    """Run the command that the arguments name."""
    if sys.argv[1:2] == ["serve"]:
        # Has to come before anything else is imported, click too.
        from chassis import green

        green.patch()
    from tsunagi.commands import program
    from tsunagi.complaints import spoken

    with spoken():
        program()
