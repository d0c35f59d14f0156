"""Runs a group of programs as one: starts them, passes on what they print, and stops them all together.

Nothing is restarted: when one ends by itself, the group ends with a message that names it. No Django here.
"""

import contextlib
import ctypes
import fcntl
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

POLL_S = 0.05
LAST_LINES = 20
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = (36, 35, 33, 32, 34)

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class Stopped(BaseException):
    """A signal asked the group to end. Not an Exception, so that no handler in between swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ProgramEnded(Exception):
    """A program of the group ended by itself, or did not become ready; the text is for the operator."""


class AlreadyRunning(Exception):
    """Another instance holds the lock; the text is its claim."""


@dataclass
class Program:
    """One running program of the group."""

    name: str
    process: subprocess.Popen[str]
    stop_signal: signal.Signals
    quiet: bool = False  # its lines are shown only if it fails
    serves: bool = False  # nothing of the group needs it: all of these are asked to end at once
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    reader: threading.Thread | None = None

    def describe_end(self) -> str:
        """How the program ended, with the last lines that it printed."""
        if self.reader:
            self.reader.join(timeout=1)  # what it printed just before its end
        code = self.process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        lines = "\n".join(f"    {line}" for line in self.last_lines) or "    (nothing)"
        return f"{self.name} (process {self.process.pid}) {how}; it last printed:\n{lines}"

    def ask_to_end(self) -> None:
        """Only its first process: it ends what it started in good order."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)

    def signal_group(self, number: int) -> None:
        """Send a signal to the program and to everything that it started in its process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def _die_with_parent(parent: int, number: int) -> Callable[[], None] | None:
    """What a child runs before its program: ask the kernel for a signal when the supervisor ends, however it ends."""
    if _prctl is None:
        return None
    prctl = _prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel was asked
            os._exit(1)

    return ask


class Supervisor:
    """A group of programs. Use as a context: leaving it stops every program, in the reverse order of their start."""

    def __init__(self, cwd: Path, out: IO[str] | None = None) -> None:
        self.cwd = cwd
        self.out = out or sys.stdout
        self.programs: list[Program] = []
        self._ended: queue.SimpleQueue[Program] = queue.SimpleQueue()
        self._print_lock = threading.Lock()

    def __enter__(self) -> "Supervisor":
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @staticmethod
    def _on_signal(number: int, _: FrameType | None) -> None:
        raise Stopped(number)

    def say(self, text: str) -> None:
        """Print one line, whole, between the lines of the programs."""
        # A closed terminal must not keep the group from being stopped.
        with self._print_lock, contextlib.suppress(OSError, ValueError):
            print(text, file=self.out, flush=True)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Say what is being done, then how long it took; a program that ended meanwhile fails the step."""
        self.say(f"· {title} …")
        started = time.monotonic()
        yield
        self.check()
        self.say(f"  done in {time.monotonic() - started:.1f} s")

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        quiet: bool = False,
        serves: bool = False,
        stop_signal: signal.Signals = signal.SIGTERM,
        umask: int = -1,
    ) -> Program:
        """Start a program in a process group of its own, so that a Ctrl-C reaches it only through the supervisor."""
        process = subprocess.Popen(
            list(command),
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            start_new_session=True,
            umask=umask,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            # Safe beside the reading threads: between fork and exec it makes two system calls and imports nothing.
            preexec_fn=_die_with_parent(os.getpid(), stop_signal),
        )
        program = Program(name, process, stop_signal, quiet, serves)
        program.reader = threading.Thread(target=self._pass_on, args=(program,), daemon=True)
        self.programs.append(program)
        program.reader.start()
        threading.Thread(target=self._wait_for, args=(program,), daemon=True).start()
        return program

    def _pass_on(self, program: Program) -> None:
        colour = COLOURS[(len(self.programs) - 1) % len(COLOURS)]
        prefix = f"{program.name:<8}│ "
        if self.out.isatty() and not os.environ.get("NO_COLOR"):
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        assert program.process.stdout
        for line in program.process.stdout:
            program.last_lines.append(line.rstrip())
            if not program.quiet:
                self.say(prefix + line.rstrip())

    def _wait_for(self, program: Program) -> None:
        program.process.wait()
        self._ended.put(program)

    def check(self) -> None:
        """Raises ProgramEnded if a program of the group is no longer running."""
        for program in self.programs:
            if program.process.poll() is not None:
                raise ProgramEnded(program.describe_end())

    def wait_ready(self, program: Program, is_ready: Callable[[], bool], timeout_s: float) -> None:
        """Wait until the program answers. Raises ProgramEnded if it ends first, or does not answer in time."""
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            self.check()
            if time.monotonic() > deadline:
                lines = "\n".join(f"    {line}" for line in program.last_lines) or "    (nothing)"
                raise ProgramEnded(f"{program.name} is not ready after {timeout_s:.0f} s; it last printed:\n{lines}")
            time.sleep(POLL_S)

    def watch(self) -> None:
        """Wait for the end of any program. Raises ProgramEnded then, or Stopped on a signal."""
        raise ProgramEnded(self._ended.get().describe_end())

    def stop(self, timeout_s: float = 8.0) -> None:
        """Stop every program, the last started first; a second signal, or the time limit, kills what is left.

        Those that serve end side by side, before what they need.
        """
        running = [program for program in reversed(self.programs) if program.process.poll() is None]
        try:
            deadline = time.monotonic() + timeout_s
            for program in running:
                if program.serves:
                    program.ask_to_end()
            for program in running:
                if not program.serves:
                    program.ask_to_end()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    program.process.wait(max(0.1, deadline - time.monotonic()))
        except Stopped:
            self.say("stopping at once")
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)  # from here on it is a matter of milliseconds
            for program in self.programs:
                if program.process.poll() is None:
                    self.say(f"{program.name} did not stop in time and is killed")
                program.signal_group(signal.SIGKILL)
            for program in self.programs:
                program.process.wait()


@contextlib.contextmanager
def only_one(lock: Path, claim: str) -> Iterator[None]:
    """Hold the lock file for the block, with a claim in it for others to read. Raises AlreadyRunning."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise AlreadyRunning(file.read().strip() or "another instance") from None
        file.truncate(0)
        file.write(claim)
        file.flush()
        yield
        file.truncate(0)
