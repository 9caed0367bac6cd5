"""The program `tsunagi`."""

import sys
import warnings


def main() -> None:
    """Run the command that the arguments name."""
    if sys.argv[1:2] == ["serve"]:
        # Has to come before anything else is imported, click too.
        from chassis import green

        green.patch()
    # Eventlet's advice to leave it is for us, not for those who run the program.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from tsunagi.commands import program
    from tsunagi.complaints import spoken

    with spoken():
        program()
