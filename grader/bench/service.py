"""The whole service's figures: a real web server, worker, Redis and sandbox, used by students over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median

from exercises.format import bundled, load
from grader.bench.table import Row, spread

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "zero-grad-loop"
READY_S = 120


class Student:
    """A logged-in browser without a screen. Raises URLError, or AssertionError when a page is not what it should be."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.get("/accounts/login/")
        page = self.post("/accounts/login/", {"username": name, "password": password})
        assert "sessionid" in {cookie.name for cookie in self.cookies}, page[:300]

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, form: dict[str, str]) -> str:
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        headers = {"X-CSRFToken": str(token), "HX-Request": "true", "Referer": self.url + path}
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(form).encode(), headers)
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def submit_and_wait(self, slug: str, source: str) -> float:
        """Ms from the POST until the result's fragment is here, over server-sent events."""
        started = time.perf_counter()
        fragment = self.post(f"/exercises/{slug}/submit/", {"source": source})
        path = fragment.split('data-events-url="')[1].split('"')[0]
        with self.opener.open(self.url + path, timeout=120) as stream:
            for line in stream:
                if b'data-state="graded"' in line:
                    return (time.perf_counter() - started) * 1e3
        raise AssertionError(f"{path}: the stream ended without a result")


@contextmanager
def running_service() -> Iterator[tuple[str, str]]:
    """The product on a fresh data folder with the demo course; gives its address and the demo password."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="gradus-bench-") as folder:
        environment = os.environ | {"GRADUS_VAR": folder, "RUNS_PER_MINUTE": "100000", "HTTPS": "0", "DEBUG": "0"}
        for name in ("DATABASE_URL", "REDIS_URL", "SANDBOX_SOCKET"):
            environment.pop(name, None)
        log = Path(folder) / "log"
        with log.open("wb") as output:
            command = [sys.executable, "manage.py", "up", "--port", str(port)]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_serving(process, port, log)
            demo = [sys.executable, "manage.py", "setup_demo"]
            subprocess.run(demo, cwd=ROOT, env=environment | {"DEBUG": "1"}, check=True, stdout=subprocess.DEVNULL)
            yield f"http://127.0.0.1:{port}", (Path(folder) / "demo_password").read_text().strip()
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_serving(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while "Gradus serves" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start on port {port}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def rows(repeat: int) -> list[Row]:
    """Measure on SQLite and the embedded Redis; about a minute for `repeat` = 40."""
    source = load(bundled()[EXERCISE]).files["solution.py"]
    with running_service() as (url, password):
        student = Student(url, "student1", password)
        student.submit_and_wait(EXERCISE, source)
        waits = []
        for _ in range(repeat):
            time.sleep(0.2)  # idle
            waits.append(student.submit_and_wait(EXERCISE, source))
        rate, count = _throughput(url, password, source, repeat * 3)
    return [
        Row("POST to result on the page, idle", median(waits), "ms", spread(waits), "", "≤ 300 ms"),
        Row("graded a second, web to database", rate, "/s", f"SQLite, {count} submissions", "", "≥ 20 /s"),
    ]


def _throughput(url: str, password: str, source: str, count: int) -> tuple[float, int]:
    """From the first POST to the last result, with several students at once."""
    students = [Student(url, f"student{1 + index % 2}", password) for index in range(8)]

    def work(index: int) -> None:
        for _ in range(count // len(students)):
            students[index].submit_and_wait(EXERCISE, source)

    started = time.perf_counter()
    with ThreadPoolExecutor(len(students)) as pool:
        list(pool.map(work, range(len(students))))
    total = count // len(students) * len(students)
    return total / (time.perf_counter() - started), total
