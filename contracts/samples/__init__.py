"""Samples: one message per fact, and requests to the API that are ready to be sent. All is made up."""

import json
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent
REQUESTS = FACTS / "requests"


def request(operation: str) -> Any:
    """Return the sample of an operation's request, or None when it has none."""
    path = REQUESTS / f"{operation}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def fact(kind: str) -> Any:
    """Return the sample of a fact, `sharing.discharge_noted.v1`, in its envelope."""
    return json.loads((FACTS / f"{kind}.json").read_text(encoding="utf-8"))
