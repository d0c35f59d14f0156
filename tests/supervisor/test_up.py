"""`manage.py up` as an operator meets it: real processes, a data folder and a port of their own."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import ROOT, wait_until
from tests.stack import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PROGRAMS = {"redis", "sandbox", "worker", "lti", "web"}


def clean_environment(var: Path, **settings: str) -> dict[str, str]:
    """What an operator's shell holds: nothing of the test run's settings."""
    keep = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in keep if name in os.environ} | {"GRADUS_VAR": str(var)} | settings


class Up:
    """One `manage.py up`, its output gathered as it comes."""

    def __init__(self, var: Path, *arguments: str, **settings: str) -> None:
        self.port = free_port()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port), *arguments],
            cwd=ROOT,
            env=clean_environment(var, **settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            self.lines.extend(line.rstrip() for line in output)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_serves(self) -> None:
        def serves() -> bool:
            assert self.process.poll() is None, self.text
            return "Gradus serves" in self.text

        wait_until(serves, "manage.py up", timeout_s=150)

    def wait_until_it_ends(self) -> int:
        code = self.process.wait(40)
        self.reader.join(10)
        return code

    def children(self) -> dict[str, int]:
        """Process id by the word that tells a program."""
        words = {"redis": "redis-server", "sandbox": "sandbox serve", "web": "uvicorn"}
        # A learning platform that does not answer must hold nobody's submission.
        words |= {"worker": "--queues submissions,bulk ", "lti": "--queues lti --pool threads "}
        running = {pid: command_of(pid) for pid in children_of(self.process.pid)}
        return {name: pid for name, word in words.items() for pid, command in running.items() if word in command}


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def family(pid: int) -> set[int]:
    """All processes below one, those in the jail's namespaces included."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # it ended meanwhile
        parents.setdefault(parent, []).append(int(folder.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def alive(pids: set[int]) -> dict[int, str]:
    """Which of the processes still run (a zombie does not)."""
    left = {}
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z":
                left[pid] = command_of(pid)[:90]
        except OSError:
            continue
    return left


@pytest.fixture
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a path short enough for Unix sockets."""
    folder = tmp_path_factory.mktemp("v")
    assert len(str(folder)) < 90
    return folder


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has run before: made once, since the first start takes longest."""
    folder = tmp_path_factory.mktemp("used")
    for words in (["migrate", "-v0"], ["exercise", "publish"], ["setup_demo"]):
        environment = clean_environment(folder, DEBUG="1")
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, capture_output=True
        )
    return folder


@contextmanager
def serving(var: Path) -> Iterator[Up]:
    started = Up(var, "--demo", DEBUG="1")
    try:
        started.wait_until_it_serves()
        yield started
    finally:
        below = family(started.process.pid)
        started.process.kill()
        started.process.wait()
        for pid in alive(below):
            os.kill(pid, signal.SIGKILL)
        started.reader.join(10)


@pytest.fixture
def first_up(var: Path) -> Iterator[Up]:
    """A demo instance that serves from an empty data folder."""
    with serving(var) as started:
        yield started


@pytest.fixture
def up(var: Path, used: Path) -> Iterator[Up]:
    """A demo instance that serves once more."""
    shutil.copytree(used, var, dirs_exist_ok=True)
    with serving(var) as started:
        yield started


def log_in(url: str, username: str, password: str) -> str:
    """Log in through the form as a browser does; gives the address of the page that follows."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(f"{url}/accounts/login/") as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
    with browser.open(f"{url}/accounts/login/", urllib.parse.urlencode(fields).encode()) as page:
        return str(page.url)


def test_serves_and_prints_logins_and_stops_everything_on_ctrl_c(first_up: Up) -> None:
    up = first_up
    with urllib.request.urlopen(f"{up.url}/livez") as answer:
        assert answer.status == 200
    logins = re.findall(r"^  (\w+) +([a-z2-9-]{14}) +\((\w+)\)$", up.text, re.MULTILINE)
    assert [role for _, _, role in logins] == ["instructor", "student", "student"]
    for username, password, _ in logins:
        assert log_in(up.url, username, password) == f"{up.url}/dashboard/"
    assert log_in(up.url, logins[0][0], "wrong") == f"{up.url}/accounts/login/"
    assert set(up.children()) == PROGRAMS
    below = family(up.process.pid)
    assert len(below) > len(PROGRAMS)

    up.process.send_signal(signal.SIGINT)

    assert up.wait_until_it_ends() == 0, up.text
    assert "Stopped by SIGINT" in up.text
    assert "is killed" not in up.text, "a program had to be killed"
    assert alive(below) == {}


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_starts(up: Up, var: Path) -> None:
    below = family(up.process.pid)
    up.process.kill()
    up.process.wait()
    again = Up(var, "--demo", DEBUG="1")
    try:
        again.wait_until_it_serves()
        assert alive(below) == {}
    finally:
        again.process.send_signal(signal.SIGINT)
        assert again.wait_until_it_ends() == 0, again.text


@pytest.mark.parametrize(
    "name", ["sandbox", *(pytest.param(name, marks=pytest.mark.soak) for name in ("worker", "redis", "web"))]
)
def test_a_killed_program_stops_everything_and_is_named(up: Up, name: str) -> None:
    below = family(up.process.pid)
    os.kill(up.children()[name], signal.SIGKILL)
    assert up.wait_until_it_ends() == 1
    assert re.search(rf"^CommandError: {name} \(process \d+\) was killed by SIGKILL; it last printed:$", up.text, re.M)
    assert up.lines[-1] == "Everything was stopped."
    wait_until(lambda: not alive(below), f"end of {alive(below)}", timeout_s=10)


def test_a_second_instance_on_the_same_data_is_refused_and_sigterm_stops_the_first(up: Up, var: Path) -> None:
    below = family(up.process.pid)
    second = Up(var, DEBUG="1")
    assert second.wait_until_it_ends() == 1
    assert f"process {up.process.pid}, {up.url}/" in second.text
    assert "GRADUS_VAR" in second.text
    assert up.process.poll() is None

    up.process.send_signal(signal.SIGTERM)
    assert up.wait_until_it_ends() == 0
    assert alive(below) == {}


def test_a_port_in_use_is_refused_with_the_remedy(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = Up(var, "--port", str(port), DEBUG="1")
        assert refused.wait_until_it_ends() == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in refused.text
    assert f"PORT={port + 1} make run" in refused.text
    assert not (var / "redis.sock").exists(), "nothing was started"


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "8000.5"])
def test_a_wrong_port_is_named(var: Path, port: str) -> None:
    refused = Up(var, f"--port={port}", DEBUG="1")
    assert refused.wait_until_it_ends() == 1
    assert f"PORT: '{port}' is no port" in refused.text


def test_no_demo_logins_without_debug(var: Path) -> None:
    refused = Up(var, "--demo", DEBUG="0")
    assert refused.wait_until_it_ends() == 1
    assert "DEBUG=1" in refused.text
    assert not (var / "demo_password").exists()

    done = subprocess.run(
        [sys.executable, "manage.py", "setup_demo"],
        cwd=ROOT, env=clean_environment(var, DEBUG="0"), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "only with DEBUG=1" in done.stderr
    assert not (var / "demo_password").exists()


def test_a_redis_that_does_not_answer_is_named(var: Path) -> None:
    refused = Up(var, DEBUG="1", REDIS_URL=f"unix://{var}/nobody.sock")
    assert refused.wait_until_it_ends() == 1
    assert "REDIS_URL: no Redis answers there" in refused.text


def test_a_sandbox_that_cannot_start_stops_everything(var: Path) -> None:
    (var / "sandbox.sock").write_text("in the way")
    refused = Up(var, DEBUG="1")
    assert refused.wait_until_it_ends() == 1
    assert "sandbox" in refused.text
    assert "not a socket" in refused.text
    assert "Everything was stopped." in refused.text
