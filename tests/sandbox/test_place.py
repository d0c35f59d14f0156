"""Where the checkout lies must not matter."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sandbox.policy import CODE


def test_a_server_starts_from_a_checkout_below_tmp() -> None:
    """The jail has a /tmp of its own, which must not hide the code."""
    with tempfile.TemporaryDirectory(prefix="gradus-", dir="/tmp") as folder:
        for name in ("sandbox", "exercises"):
            shutil.copytree(CODE / name, Path(folder) / name, ignore=shutil.ignore_patterns("content", "__pycache__"))
        command = [sys.executable, "-m", "sandbox", "serve", "--socket", f"{folder}/sandbox.sock", "--slots", "1"]
        server = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
        try:
            assert server.stderr
            first = server.stderr.readline()
            assert "ready" in first, first + (server.stderr.read() if "closed" in first else "")
        finally:
            server.terminate()
            server.communicate(timeout=20)
