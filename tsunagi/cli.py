"""The program `tsunagi`."""

import gc
import os
import sys
import warnings

# A start makes a hundred thousand objects that stay. With Python's own 700 the collector looks through
# them three hundred times, an eighth of the start, and finds nothing.
_COLLECT_AFTER = 20_000


def main() -> None:
    """Run the command that the arguments name."""
    gc.set_threshold(_COLLECT_AFTER)
    # Eventlet's advice to leave it is for us, not for those who run the program.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    # A resolver of eventlet's own that nobody uses here, and that costs every command a fifth of a second.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    if sys.argv[1:2] == ["serve"]:
        # Has to come before anything else is imported, click too.
        from chassis import green

        green.patch()
    from tsunagi.commands import program
    from tsunagi.complaints import spoken

    with spoken():
        program()
