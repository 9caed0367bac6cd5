"""The tests' own process keeps Python's modules: eventlet's are for the processes of services.

`eventlet.wsgi` loads copies of its own of some standard modules and puts `sys.modules` back, but leaves
them as attributes of their packages. Whoever then says `http.server` gets a server whose threads wait for a
hub that never runs here.
"""

import sys
from importlib import import_module
from types import ModuleType

# Those of which `eventlet.green` has copies.
_PACKAGES = ("http", "urllib")


def give_back() -> None:
    """Load what leaves copies behind, once and for all, and put Python's own modules in their places."""
    import_module("eventlet.wsgi")
    for package, name, own in _swapped():
        setattr(package, name, own)


def eventlets() -> set[str]:
    """Return the names of the standard modules that are eventlet's in this process."""
    from eventlet import patcher

    return {*patcher.already_patched, *(f"{package.__name__}.{name}" for package, name, _ in _swapped())}


def _swapped() -> list[tuple[ModuleType, str, ModuleType]]:
    """Return (package, name, Python's own module) of each that is not what its package says."""
    return [
        (package, name, own)
        for package in map(import_module, _PACKAGES)
        for name, said in list(vars(package).items())
        if isinstance(said, ModuleType)
        and (own := sys.modules.get(f"{package.__name__}.{name}", said)) is not said
    ]
