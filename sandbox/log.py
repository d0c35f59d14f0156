"""What the server tells its operator, on stderr: readable lines, or one JSON object a line.

Only what the server saw itself: names of jobs that its caller gave, outcomes, process ids and times. Never a byte that
came from a jail.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

FORMATS = ("line", "json")
_format = "line"


def choose(kind: str) -> None:
    global _format
    _format = kind


def say(event: str, level: str = "info", **facts: str | int | float) -> None:
    """One line. `facts` stand beside the sentence."""
    if _format == "json":
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        text = json.dumps({"event": event, "time": now, "level": level, "logger": "sandbox", **facts})
    else:
        text = f"sandbox: {event}" + "".join(f" {name}={value}" for name, value in facts.items())
    print(text, file=sys.stderr, flush=True)
