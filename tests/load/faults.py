"""What breaks on deadline night. Each blocks until it is over; what was killed comes back as under a restart policy."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from tests.load.house import House, wait_for_restart
from tests.servers import start_redis

REDIS_AWAY_S, DISK_FULL_S, CLOCK_SEEN_S = 3.0, 8.0, 1.5
CLOCK_JUMP_S = 3600


def kill_worker(house: House) -> None:
    """The worker with all its children at once, as when the machine fails."""
    house.kill("worker")
    wait_for_restart()
    house.start_worker()


def kill_worker_child(house: House) -> None:
    """One child alone, as the kernel's out-of-memory killer would; the worker replaces it."""
    parent = house.processes["worker"].pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    with suppress(ProcessLookupError):
        os.kill(int(children[0]), signal.SIGKILL)


def kill_sandbox(house: House) -> None:
    house.kill("sandbox", whole_group=False)
    wait_for_restart()
    house.start_sandbox()


def kill_zygote(house: House) -> None:
    os.kill(house.zygote(), signal.SIGKILL)
    wait_for_restart()


def kill_web(house: House) -> None:
    house.kill("web")
    wait_for_restart()
    house.start_web()


def kill_beat(house: House) -> None:
    house.kill("beat")
    wait_for_restart()
    house.start_beat()


def restart_redis(house: House) -> None:
    """Gone for a while, and empty when it is back."""
    house.kill("redis")
    time.sleep(REDIS_AWAY_S)
    house.processes["redis"] = start_redis(house.redis_socket)


def flush_redis(house: House) -> None:
    import redis

    with redis.Redis(unix_socket_path=str(house.redis_socket)) as client:
        client.flushall()


def restart_postgresql(house: House) -> None:
    """Every connection broken off, back after two seconds."""
    if house.postgresql:
        house.postgresql.restart()


def fill_disk(volume: Path) -> None:
    """Nothing can be written to the volume any more, then it can again."""
    ballast = volume / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 65536):
                pass
        time.sleep(DISK_FULL_S)
    finally:
        ballast.unlink(missing_ok=True)


def set_clock(house: House, seconds: int) -> None:
    """The clock on the wall of web server, worker and beat jumps; then the worker is killed, so that the reaper is needed."""
    assert house.clock
    fresh = house.clock.with_suffix(".new")
    fresh.write_text(f"{seconds:+d}\n")
    fresh.rename(house.clock)
    time.sleep(CLOCK_SEEN_S)
    kill_worker(house)
