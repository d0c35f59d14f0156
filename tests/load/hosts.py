"""Two worker hosts in network namespaces of their own, each kept to one core, beside one that has the data.

Nothing leaves this machine: the namespaces are joined by virtual cables only, and go with the run.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import redis

from tests.load.house import House
from tests.load.report import align
from tests.servers import PostgreSQL, run_postgresql, sandbox_answers, start, stop, wait_until
from tests.stack import environment_for

CENTRE = "gradus-centre"
NETWORK = "10.77"  # inside the namespaces only
TARGET = 1.6
CUT_S = 20.0
END_S = 600.0
ASK_S = 150.0  # a worker that was killed may not have written what it did
RABBITMQ = sorted(Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server"))


class NoNamespaces(Exception):
    """This user or this kernel makes no network namespaces; the text says what failed."""


@dataclass
class Ran:
    """One measurement. Rates are of graded submissions a second, between the first and the last tenth."""

    what: str
    broker: str
    submissions: int
    rate: float = 0.0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    errored: int = 0
    took_s: float = 0.0
    by_host: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.errored)


# --- the network ------------------------------------------------------------------------------------------------------


def ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def inside(namespace: str) -> list[str]:
    """Only the network is another: `ip netns exec` would also hide the cgroups, which the sandbox uses."""
    return ["nsenter", f"--net=/run/netns/{namespace}"]


@contextmanager
def namespaces(hosts: Sequence[str]) -> Iterator[None]:
    """The centre with a cable to each host. Raises NoNamespaces."""
    made: list[str] = []
    try:
        for name in (CENTRE, *hosts):
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        for number, host in enumerate(hosts, start=1):
            ends = f"centre{number}", "uplink"
            ip("link", "add", ends[0], "netns", CENTRE, "type", "veth", "peer", "name", ends[1], "netns", host)
            for namespace, end, address in ((CENTRE, ends[0], 1), (host, ends[1], 2)):
                ip("-n", namespace, "address", "add", f"{NETWORK}.{number}.{address}/24", "dev", end)
                ip("-n", namespace, "link", "set", end, "up")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


# --- the centre -------------------------------------------------------------------------------------------------------


class Reachable(PostgreSQL):
    """A cluster that the hosts reach over their cables."""

    def start(self) -> None:
        rules = self.folder / "data" / "pg_hba.conf"
        if NETWORK not in rules.read_text():
            with rules.open("a") as file:
                file.write(f"host all all {NETWORK}.0.0/16 scram-sha-256\n")
        serve = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        serve += ["-c", f"listen_addresses={NETWORK}.1.1,{NETWORK}.2.1"]
        become: list[str] = []
        if self.options:  # only root enters a namespace, and PostgreSQL refuses to run as root
            become = [
                "setpriv",
                f"--reuid={self.options['user']}",
                f"--regid={self.options['group']}",
                "--clear-groups",
            ]
        self.process = start([*inside(CENTRE), *become, *serve], self.folder.with_suffix(".log"))
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", "gradus", "-d", "postgres"]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL", 60)


@contextmanager
def run_redis(folder: Path, password: str) -> Iterator[None]:
    command = [*inside(CENTRE), "redis-server", "--bind", f"{NETWORK}.1.1", f"{NETWORK}.2.1", "--requirepass", password]
    command += ["--unixsocket", str(folder / "redis.sock"), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = start(command, folder / "redis.log")

    def answers() -> bool:
        with (
            suppress(redis.RedisError),
            redis.Redis(unix_socket_path=str(folder / "redis.sock"), password=password) as client,
        ):
            return bool(client.ping())
        return False

    try:
        wait_until(answers, "redis-server")
        yield
    finally:
        stop(process)


@dataclass
class Rabbit:
    """A RabbitMQ of this run's own, which can be killed and keeps its messages on disk."""

    folder: Path

    def start(self) -> None:
        config = self.folder / "rabbit.conf"
        lines = ["loopback_users = none", "vm_memory_high_watermark.absolute = 1GB", "disk_free_limit.absolute = 50MB"]
        config.write_text("\n".join([*lines, "listeners.tcp.default = 5672", ""]))
        environment = os.environ | {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": "gradus@localhost",
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        self.process = start([*inside(CENTRE), str(RABBITMQ[-1])], self.folder / "rabbit.log", env=environment)
        log = self.folder / "log" / "gradus@localhost.log"
        seen = log.read_text().count("Server startup complete") if log.exists() else 0
        wait_until(
            lambda: log.exists() and log.read_text().count("Server startup complete") > seen, f"RabbitMQ ({log})", 180
        )

    def restart(self) -> None:
        stop(self.process, signal.SIGKILL)
        time.sleep(2)
        self.start()


@contextmanager
def run_rabbit(folder: Path) -> Iterator[Rabbit]:
    folder.mkdir()
    rabbit = Rabbit(folder)
    rabbit.start()
    try:
        yield rabbit
    finally:
        stop(rabbit.process)


# --- worker hosts -----------------------------------------------------------------------------------------------------


@dataclass
class WorkerHost:
    """A sandbox server and a worker, as on a machine with one core."""

    number: int
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"gradus-host{self.number}"

    def start(self) -> None:
        address = f"{NETWORK}.{self.number}.1"
        socket = self.folder / f"sandbox{self.number}.sock"
        environment = {name: value.replace("CENTRE", address) for name, value in self.environment.items()}
        environment |= {"SANDBOX_SOCKET": str(socket), "WORKER_CONCURRENCY": "1"}
        cores = sorted(os.sched_getaffinity(0))
        prefix = [*inside(self.name), "taskset", "-c", str(cores[(self.number - 1) % len(cores)]), sys.executable]
        serve = ["-m", "sandbox", "serve", "--socket", str(socket), "--slots", "1"]
        self._start("sandbox", [*prefix, *serve], environment)
        wait_until(lambda: sandbox_answers(socket), f"sandbox server of {self.name}", 180)
        celery = [
            "-m",
            "celery",
            "-A",
            "grader.celery",
            "worker",
            "-c",
            "1",
            "-l",
            "INFO",
            "-Q",
            "submissions,bulk,lti",
        ]
        log = self.folder / f"worker{self.number}.log"
        before = log.stat().st_size if log.exists() else 0
        self._start("worker", [*prefix, *celery, "--without-gossip", "--without-mingle", "-n", self.name], environment)
        wait_until(lambda: b" ready." in log.read_bytes()[before:], f"worker of {self.name} ({log})", 180)

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.processes.append(start(command, self.folder / f"{name}{self.number}.log", env=environment))

    def stop(self) -> None:
        for process in reversed(self.processes):
            stop(process)
        self.processes.clear()

    def kill(self) -> None:
        """The machine is gone, with everything on it."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def cut(self) -> None:
        """Its cable is pulled, and put in again after a while."""
        ip("-n", self.name, "link", "set", "uplink", "down")
        time.sleep(CUT_S)
        ip("-n", self.name, "link", "set", "uplink", "up")


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclass
class Centre:
    """What all runs share. Rows are read and written by processes inside the centre's network."""

    house: House
    hosts: list[WorkerHost]
    broker: str
    done: set[str] = field(default_factory=set)

    def run(
        self, what: str, hosts: Sequence[WorkerHost], count: int, accident: Callable[[], object] | None = None
    ) -> Ran:
        """Queue so many right solutions at once and wait for the last result; the accident happens in the middle."""
        ran = Ran(what, self.broker, count)
        for host in hosts:
            host.start()
        try:
            seen = {host.number: self._concluded(host) for host in self.hosts}
            started = time.monotonic()
            queued = self.house.rows("queue", count)
            if accident:
                while len(self.house.concluded()) - len(self.done) < 0.4 * count:
                    time.sleep(0.2)
                accident()
            self._wait(what, count)
            ran.took_s = time.monotonic() - started
            time.sleep(1)
            self._settle(ran, queued)
            ran.by_host = {host.name: self._concluded(host) - seen[host.number] for host in self.hosts}
        finally:
            for host in hosts:
                host.stop()
        print(f"· {what}: {ran.rate:.1f}/s, {ran.took_s:.0f} s, {ran.by_host}", flush=True)
        return ran

    def _wait(self, what: str, count: int) -> None:
        """Until nothing is pending, by the workers' logs.

        Asking the database starts a program that takes a second of a core, which those who are measured need.
        """
        end = time.monotonic() + END_S
        ask_at = time.monotonic() + ASK_S
        while len(self.house.concluded()) - len(self.done) < count and time.monotonic() < ask_at:
            time.sleep(0.5)
        while self.house.rows("pending"):
            assert time.monotonic() < end, f"{what}: not over after {END_S:.0f} s"
            time.sleep(5)

    def _concluded(self, host: WorkerHost) -> int:
        log = self.house.folder / f"worker{host.number}.log"
        return log.read_text(errors="replace").count(": graded ") if log.exists() else 0

    def _settle(self, ran: Ran, queued: Sequence[str]) -> None:
        rows = {row[0]: row for row in self.house.rows("look") if row[0] in set(queued)}
        concluded = self.house.concluded()
        self.done |= set(rows)
        ran.lost = sum(pk not in rows or rows[pk][3] not in ("graded", "errored") for pk in queued)
        ran.errored = sum(row[3] == "errored" for row in rows.values())
        ran.wrong = sum(row[3] == "graded" and not row[5] for row in rows.values())
        ran.doubled = sum(concluded.count(pk) > 1 for pk in queued)
        ends = sorted(datetime.fromisoformat(row[9]).timestamp() for row in rows.values() if row[9])
        first, last = len(ends) // 10, len(ends) - len(ends) // 10 - 1
        ran.rate = (last - first) / (ends[last] - ends[first]) if last > first else 0.0


@contextmanager
def centre(broker: str) -> Iterator[tuple[Centre, Rabbit | None]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradus-hosts-")))
        folder.chmod(0o755)
        names = ["gradus-host1", "gradus-host2"]
        stack.enter_context(namespaces(names))
        password, *keys = (secrets.token_urlsafe(48) for _ in range(3))
        stack.enter_context(run_redis(folder, password))
        database = stack.enter_context(run_postgresql(folder / "pg", Reachable))
        psql = [str(database.programs / "psql"), "-q", "-h", str(folder / "pg"), "-U", "gradus", "-d", "postgres"]
        subprocess.run([*psql, "-c", f"ALTER USER gradus PASSWORD '{password}'"], check=True)
        rabbit = stack.enter_context(run_rabbit(folder / "rabbit")) if broker == "RabbitMQ" else None
        shared = environment_for(
            folder,
            DATABASE_URL="postgresql://gradus@CENTRE:5432/postgres",
            REDIS_URL="redis://CENTRE:6379/0",
            **({"BROKER_URL": "amqp://guest:guest@CENTRE:5672//"} if rabbit else {}),
            SECRET_KEY=keys[0],
            LTI_KEY_SECRET=keys[1],
            DATABASE_PASSWORD=password,
            REDIS_PASSWORD=password,
        )
        own = {name: value.replace("CENTRE", f"{NETWORK}.1.1") for name, value in shared.items()}
        house = Inside(folder, own | {"SANDBOX_SOCKET": str(folder / "none.sock")})
        house.manage("migrate", "-v0")
        house.manage("exercise", "publish")
        house.rows("seed", 20)
        house.start_beat()
        stack.callback(house.stop_all)
        yield Centre(house, [WorkerHost(number, folder, shared) for number in (1, 2)], broker), rabbit


class Inside(House):
    """A house whose commands run in the centre's network."""

    def _ask(self, command: list[str], environment: dict[str, str]) -> str:
        return super()._ask([*inside(CENTRE), *command], environment)

    def _command(self, command: Sequence[str]) -> list[str]:
        return [*inside(CENTRE), *super()._command(command)]


def measure(count: int) -> list[Ran]:
    """One host and two, then losing the second, cutting it off, and the same work through RabbitMQ."""
    runs: list[Ran] = []
    with centre("Redis") as (here, _):
        first, second = here.hosts
        runs.append(here.run("one host", [first], count))
        runs.append(here.run("two hosts", [first, second], count))
        runs.append(here.run("the second is lost", [first, second], count, second.kill))
        runs.append(here.run(f"the second is cut off for {CUT_S:.0f} s", [first, second], count, second.cut))
    if not RABBITMQ:
        print("· no rabbitmq-server on this machine (Debian's package rabbitmq-server): not tried")
        return runs
    with centre("RabbitMQ") as (here, rabbit):
        assert rabbit
        runs.append(here.run("two hosts", here.hosts, count))
        runs.append(here.run("the second is lost", here.hosts, count, here.hosts[1].kill))
        runs.append(here.run("the broker is killed", here.hosts, count, rabbit.restart))
    return runs


def show(runs: Sequence[Ran]) -> str:
    rows = [
        ("hosts", "broker", "submissions", "a second", "lost", "doubled", "wrong", "errored", "all after", "by host")
    ]
    for ran in runs:
        counts = (ran.lost, ran.doubled, ran.wrong, ran.errored)
        shares = " + ".join(map(str, ran.by_host.values()))
        cells = (ran.what, ran.broker, str(ran.submissions), f"{ran.rate:.1f}", *map(str, counts))
        rows.append((*cells, f"{ran.took_s:.0f} s", shares))
    lines = align(rows)
    rates = {ran.what: ran.rate for ran in runs if ran.broker == "Redis"}
    if rates.get("one host"):
        gain = rates["two hosts"] / rates["one host"]
        lines.append(f"\ntwo hosts grade {gain:.2f} × as much as one (target ≥ {TARGET} ×)")
    return "\n".join(lines)


def as_json(runs: Sequence[Ran]) -> list[dict[str, object]]:
    return [asdict(ran) for ran in runs]


def possible() -> str:
    """Empty, or why this machine cannot play several hosts."""
    if os.geteuid():
        return "network namespaces need root"
    missing = [name for name in ("ip", "nsenter", "setpriv", "taskset", "redis-server") if not shutil.which(name)]
    return f"not on the PATH: {', '.join(missing)}" if missing else ""
