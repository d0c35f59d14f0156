"""Keeps pairs of forks ready, and the zygote that they come from alive and young."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field

from sandbox import selfcheck
from sandbox.forks import JailFailed, Zygote
from sandbox.runner import Pair

JOBS_A_ZYGOTE = 2000  # then another takes over: whatever a fork server gathers over weeks is gone
_RESTART_PAUSE_S = 1.0


@dataclass
class Pool:
    """`size` spare pairs. A pair serves one job; `give_back` cleans up after it and forks the next one."""

    size: int
    harness: str
    _zygote: Zygote | None = None
    _spares: list[Pair] = field(default_factory=list)
    _taken: int = 0
    _stopped: bool = False
    _background: set[asyncio.Task[None]] = field(default_factory=set)
    _zygote_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refill_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self) -> Pair:
        """Raises JailFailed when no fork can be locked in."""
        self._taken += 1
        while self._spares:
            pair = self._spares.pop(0)
            if pair.zygote is self._zygote and pair.is_waiting:
                return pair
            self._in_background(pair.dispose())
        return await Pair.fork(await self._live_zygote())

    def give_back(self, pair: Pair | None) -> None:
        """Kill at once what is left of a job; the rest happens in the background."""
        if pair:
            pair.kill()
        self._in_background(self._clean_up(pair))

    def drop_spares(self) -> None:
        """Spares that may be dead already, though nobody has heard of it yet."""
        while self._spares:
            self._in_background(self._spares.pop().dispose())

    async def inspect(self) -> list[selfcheck.Row]:
        """What a prober finds in a fork of the very zygote that serves jobs. Raises JailFailed."""
        return await selfcheck.inspect(await self._live_zygote())

    async def refill(self) -> None:
        """Fork until there are enough. Under load that has no end, so that nobody waits for another's turn at it."""
        if self._refill_lock.locked():
            return
        async with self._refill_lock:
            for pair in [pair for pair in self._spares if not pair.is_waiting]:
                self._spares.remove(pair)
                await pair.dispose()
            while len(self._spares) < self.size:
                try:
                    pair = await Pair.fork(await self._live_zygote())
                except JailFailed as error:
                    print(f"sandbox: no spare: {error}", file=sys.stderr, flush=True)
                    return
                if pair.zygote is self._zygote:
                    self._spares.append(pair)
                else:  # replaced meanwhile, and waits for its last fork to go
                    await pair.dispose()

    async def stop(self) -> None:
        """For good: a job that is lost by it must not be tried again in a zygote that nobody would stop."""
        self._stopped = True
        for task in self._background:
            task.cancel()
        if self._zygote:
            await self._zygote.stop()
        for pair in self._spares:  # their processes are gone; this returns cgroups and descriptors
            await pair.dispose()

    async def _clean_up(self, used: Pair | None) -> None:
        if used:
            await used.dispose()
        if self._taken >= JOBS_A_ZYGOTE:
            self._taken = 0
            await self._replace_zygote()
        await self.refill()

    async def _replace_zygote(self) -> None:
        """Start another beside the old one, and stop that when its last job is done."""
        fresh = await Zygote.start(self.harness)
        async with self._zygote_lock:
            old, self._zygote = self._zygote, fresh
        spares, self._spares = self._spares, []
        for pair in spares:
            await pair.dispose()
        if old:
            await old.wait_until_idle()
            await old.stop()

    async def _live_zygote(self) -> Zygote:
        async with self._zygote_lock:
            if self._stopped:
                raise JailFailed("the server is stopping")
            if self._zygote and self._zygote.dead.is_set():
                print("sandbox: the zygote died; starting another", file=sys.stderr, flush=True)
                await self._zygote.stop()
                self._zygote = None
                await asyncio.sleep(_RESTART_PAUSE_S)
            if self._zygote is None:
                self._zygote = await Zygote.start(self.harness)
            return self._zygote

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
