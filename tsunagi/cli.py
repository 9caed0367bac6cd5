"""The program `tsunagi`."""

import sys
import warnings


def main() -> None:
    """Run the command that the arguments name."""
    # Eventlet's advice to leave it is for us, not for those who run the program.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    if sys.argv[1:2] == ["serve"]:
        # Has to come before anything else is imported, click too.
        from chassis import green

        green.patch()
    from tsunagi.commands import program
    from tsunagi.complaints import spoken

    with spoken():
        program()
