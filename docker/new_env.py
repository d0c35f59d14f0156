"""Write .env from .env.example for a host name, with fresh secrets: `python3 docker/new_env.py gradus.example.edu`.

Nothing but Python's standard library: it runs on the host, where nothing of Gradus is installed. What is there stays: a
lost secret is lost for good.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"
SECRET = re.compile(r"^(SECRET_KEY|LTI_KEY_SECRET|POSTGRES_PASSWORD|REDIS_PASSWORD)=$", re.MULTILINE)
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def fill(example: str, host: str) -> str:
    """The example with the host name for its own, and a secret for each empty one."""
    text = SECRET.sub(lambda empty: f"{empty[1]}={secrets.token_urlsafe(36)}", example)
    return re.sub(r"(?<=[=/])gradus\.example\.edu", host, text)


def main(words: list[str]) -> int:
    if len(words) not in (1, 2) or not HOST.fullmatch(words[0]):
        print("usage: python3 docker/new_env.py HOST [FILE]    HOST such as gradus.example.edu", file=sys.stderr)
        return 2
    target = Path(words[1]) if len(words) == 2 else EXAMPLE.with_name(".env")
    try:
        opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        print(f"{target}: {error.strerror}; nothing was written", file=sys.stderr)
        return 1
    with open(opened, "w", encoding="utf-8") as file:
        file.write(fill(EXAMPLE.read_text(encoding="utf-8"), words[0]))
    print(f"{target}: written, with secrets of its own. Keep a copy in a safe place.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
