"""Samples: one message per fact, and requests to the API that are ready to be sent. All is made up."""

import json
from pathlib import Path
from typing import Any

REQUESTS = Path(__file__).parent / "requests"


def request(operation: str) -> Any:
    """Return the sample of an operation's request, or None when it has none."""
    path = REQUESTS / f"{operation}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
