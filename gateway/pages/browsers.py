"""What a browser says of itself, as far as its person can tell it from another by that."""

from flask_babel import gettext as _

# The first that fits: most say of themselves that they are several.
_BROWSERS = (
    ("Edg", "edge"),
    ("Firefox", "firefox"),
    ("FxiOS", "firefox"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
    ("Linux", "linux"),
)
_NAMES = {
    **{"edge": "Edge", "firefox": "Firefox", "chrome": "Chrome", "safari": "Safari"},
    **{"android": "Android", "ios": "iPhone, iPad", "windows": "Windows", "macos": "Mac", "linux": "Linux"},
}


def named(user_agent: str) -> dict[str, str]:
    """Return the codes of a browser and of the system on which it runs."""
    return {"browser": _first(_BROWSERS, user_agent), "system": _first(_SYSTEMS, user_agent)}


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((code for sign, code in known if sign in user_agent), "other")


def word(device: dict[str, str]) -> str:
    """Return what a device is called: Chrome（Android）."""
    browser = _NAMES.get(device["browser"]) or _("ほかのブラウザー")
    system = _NAMES.get(device["system"]) or _("ほかの機器")
    return _("%(browser)s（%(system)s）", browser=browser, system=system)
