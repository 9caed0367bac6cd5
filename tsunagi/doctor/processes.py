"""Whether each process of an instance on this machine says that it is ready."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

from tsunagi.doctor.finding import Finding, doubtful, well, wrong
from tsunagi.doctor.place import Place

_WAIT_S = 4


def process(place: Place, name: str) -> Iterator[Finding]:
    """Ask the /ready of a process, where its port is known."""
    port = place.instance.ports.get(f"health_{name}") if place.instance else None
    if not port:
        return
    check = f"process {name}"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=_WAIT_S):
            yield well(check, "it is ready")
    except urllib.error.HTTPError as error:
        log = place.instance.logs / f"{name}.log" if place.instance else ""
        do = f"docs/operating.md (When something is wrong) has the causes; {log} tells more."
        yield wrong(check, f"it is not ready: {_faults(error)}", do)
    except OSError:
        yield doubtful(
            check, "it does not run", "Start the instance (`tsunagi run`), unless it is meant to be stopped."
        )


def _faults(error: urllib.error.HTTPError) -> str:
    try:
        return ", ".join(map(str, json.load(error)["faults"]))
    except (ValueError, KeyError, TypeError):
        return f"it answers {error.code}; somebody else may have its port"
