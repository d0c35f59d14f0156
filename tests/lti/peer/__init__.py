"""Open edX's platform code as a process of its own, from a virtual environment of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.servers import ROOT, lock, start, stop, wait_until
from tests.stack import free_port

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"


def make_venv() -> Path:
    """The Python of an environment with what requirements.txt pins: made once for this tree, and again when that changes."""
    folder = ROOT / "var" / "open-edx"
    folder.parent.mkdir(exist_ok=True)
    python, stamp = folder / "bin" / "python", folder / "made-from"
    made_from = sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    with lock(folder):
        if not stamp.exists() or stamp.read_text() != made_from:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
            options = ["--no-deps", "--no-compile", "--only-binary", ":all:", "-r", REQUIREMENTS]
            made = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)
            assert made.returncode == 0, f"Open edX's platform code cannot be installed: {made.stderr}"
            stamp.write_text(made_from)
    return python


@dataclass
class Campus:
    """A platform at `url` whose database and log are in `folder`; its tool is at `tool`."""

    folder: Path
    tool: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """By another name than the tool's, so that a browser keeps their cookies apart."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """As often as wanted: what the database holds stays."""
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), "PYTHONUNBUFFERED": "1", "CAMPUS_TOOL": self.tool,
            "CAMPUS_URL": self.url, "CAMPUS_FOLDER": str(self.folder),
        }  # fmt: skip
        log = self.folder / "campus.log"
        self.process = start([str(make_venv()), "-m", "campus", str(self.port)], log, env=environment)
        wait_until(self.answers, f"Open edX's platform code ({log})", timeout_s=60)

    def answers(self) -> bool:
        assert self.process is None or self.process.poll() is None, (self.folder / "campus.log").read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/login/learner", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
            self.process = None

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """Of the platform's database."""
        database = self.folder / "campus.sqlite3"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def columns(self, block: str) -> list[dict[str, Any]]:
        """Line items of a block."""
        return self.rows("SELECT * FROM lti_consumer_ltiagslineitem WHERE resource_link_id LIKE ?", f"%@{block}")

    def scores(self, block: str) -> list[dict[str, Any]]:
        """What tools said of people in a block's line items."""
        items = "SELECT id FROM lti_consumer_ltiagslineitem WHERE resource_link_id LIKE ?"
        return self.rows(f"SELECT * FROM lti_consumer_ltiagsscore WHERE line_item_id IN ({items})", f"%@{block}")

    def published(self, block: str) -> list[float]:
        """The grades that a block has given to the gradebook, one after the other."""
        return [row["value"] for row in self.rows("SELECT value FROM campus_grade WHERE block = ? ORDER BY id", block)]
