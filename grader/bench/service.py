"""The whole service's figures: a real web server, worker, Redis and sandbox, used by students over HTTP."""

from __future__ import annotations

import gzip
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median

from exercises.format import bundled, load
from grader.bench.table import Row, percentile, spread

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "zero-grad-loop"
READY_S = 120
# What each page may weigh on its first visit: HTML, style and scripts, as they are sent.
PAGES = {
    "/chapters/3/": ("chapter page without the editor", 100),
    f"/exercises/{EXERCISE}/": ("exercise page with the editor", 260),
    "/exercises/predict-detach/": ("predict page without the editor", 100),
    "/dashboard/": ("dashboard", 100),
}
ASSETS = re.compile(r'<(?:script|link)\b[^>]*?(?:src|href)="(/static/[^"]+\.(?:js|css))"')
ENCODINGS = "gzip, br"


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

    def weigh(self, path: str) -> tuple[int, str]:
        """The bytes of this answer's body as sent, and its text where that is HTML."""
        request = urllib.request.Request(self.url + path, headers={"Accept-Encoding": ENCODINGS})
        with self.opener.open(request, timeout=60) as answer:
            body = answer.read()
            encoding, kind = answer.headers.get("Content-Encoding", ""), answer.headers.get_content_type()
        if kind != "text/html":
            return len(body), ""
        return len(body), (gzip.decompress(body) if encoding == "gzip" else body).decode()

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


@dataclass(frozen=True)
class Service:
    """A running product. `process` is its supervisor's; `password` that of the demo course's people."""

    url: str
    password: str
    environment: dict[str, str]
    process: int

    def shell(self, code: str) -> str:
        """Run Python beside it, on its database; what it printed. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()


@contextmanager
def running_service() -> Iterator[Service]:
    """The product on a fresh data folder with the demo course."""
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
            password = (Path(folder) / "demo_password").read_text().strip()
            yield Service(f"http://127.0.0.1:{port}", password, environment, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_serving(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while "Gradus serves" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start on port {port}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def weigh_page(student: Student, path: str) -> Row:
    """One page with all that it asks for at once."""
    what, limit_kb = PAGES[path]
    html, text = student.weigh(path)
    sizes = {name: student.weigh(name)[0] for name in sorted(set(ASSETS.findall(text)))}
    css = sum(size for name, size in sizes.items() if name.endswith(".css"))
    js = sum(sizes.values()) - css
    assert css and js, f"{path}: no style or no script in the page"
    detail = f"HTML {html / 1e3:.1f}, CSS {css / 1e3:.1f}, JS {js / 1e3:.1f}"
    return Row(what, (html + css + js) / 1e3, "kB", detail, "", f"≤ {limit_kb} kB")


def time_results(student: Student, source: str, repeat: int) -> Sequence[Row]:
    """POST to result, one at a time."""
    student.submit_and_wait(EXERCISE, source)
    waits = []
    for _ in range(repeat):
        time.sleep(0.2)  # idle
        waits.append(student.submit_and_wait(EXERCISE, source))
    return (
        Row("POST to result on the page, p50", median(waits), "ms", f"n {repeat}", "", "≤ 300 ms"),
        Row("POST to result on the page, p95", percentile(waits, 0.95), "ms", spread(waits), "", "≤ 300 ms"),
    )


def rows(repeat: int) -> list[Row]:
    """Measure on SQLite and the embedded Redis; about a minute for `repeat` = 40."""
    source = load(bundled()[EXERCISE]).files["solution.py"]
    with running_service() as service:
        student = Student(service.url, "student1", service.password)
        sizes = [weigh_page(student, path) for path in PAGES]
        waits = time_results(student, source, repeat)
        rate, count = _throughput(service.url, service.password, source, repeat * 3)
    throughput = Row("graded a second, web to database", rate, "/s", f"SQLite, {count} submissions", "", "≥ 20 /s")
    return [*sizes, *waits, throughput]


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
