"""A wave: so many students hand in within so many seconds while faults happen; then every account is settled."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.load.browser import Browser
from tests.load.house import House
from tests.load.rows import PASSWORD, name_of
from tests.load.student import LEAD_S, Story, Student, Timings
from tests.load.work import Work

PATIENCE_S = 300.0  # after the last one was due; then what has no result is lost
SETTLE_S = 3.0
LOGINS_AT_ONCE = 8


@dataclass(frozen=True)
class Fault:
    """Something that breaks `at_s` after the wave's clock starts; `act` blocks until it is over, restart included."""

    name: str
    at_s: float
    act: Callable[[House], None]


@dataclass
class Outage:
    """When it began and ended, seconds after the clock's start, and what waiting students read meanwhile."""

    name: str
    begin_s: float = 0.0
    end_s: float = 0.0
    told: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


@dataclass
class Wave:
    """What a wave came to. ms lists are by kind of request; the rest counts submissions."""

    name: str
    database: str
    students: int
    window_s: float
    submissions: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errored: list[str] = field(default_factory=list)
    expected_errors: int = 0
    not_taken: int = 0
    resent: int = 0
    tried_again: int = 0
    last_result_s: float = 0.0
    result_ms: list[float] = field(default_factory=list)
    by_kind: dict[str, list[float]] = field(default_factory=dict)
    timings: Timings = field(default_factory=Timings)
    outages: list[Outage] = field(default_factory=list)
    cpu_s: dict[str, float] = field(default_factory=dict)
    truths: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.errored or self.not_taken or self.truths)


@dataclass
class Crowd:
    """Logged-in students of one house. Submissions of earlier waves are known, so that each wave counts its own."""

    house: House
    students: list[Student]
    known: set[str] = field(default_factory=set)

    async def run(
        self,
        name: str,
        works: Sequence[Work],
        window_s: float,
        faults: Sequence[Fault] = (),
        may_error: Callable[[Work], bool] = lambda work: False,
    ) -> Wave:
        """Each student hands in one piece of work at a moment of the window."""
        wave = Wave(name, self.house.database, len(works), window_s)
        before = self._cpu_s()
        for student in self.students:
            student.timings = wave.timings
        clock = time.monotonic() + LEAD_S + 1.5
        chance = random.Random(len(works))
        moments = [clock + (index + chance.random()) * window_s / len(works) for index in range(len(works))]
        give_up_at = clock + window_s + PATIENCE_S
        breaking = asyncio.create_task(self._break(faults, clock, wave))
        stories = await asyncio.gather(
            *(
                student.hand_in(work, moment, give_up_at)
                for student, work, moment in zip(self.students, works, moments, strict=False)
            )
        )
        await breaking
        await asyncio.sleep(SETTLE_S)
        after = self._cpu_s()
        wave.cpu_s = {part: round(after[part] - before.get(part, 0.0), 1) for part in after}
        first = min(story.first_press_at for story in stories)
        await asyncio.to_thread(self._settle, wave, stories, may_error)
        tell_outages(wave, stories, clock)
        wave.last_result_s = max((story.result_at for story in stories), default=first) - first
        return wave

    def _cpu_s(self) -> dict[str, float]:
        """Of each part of the service, and of the students' own programs, which in truth run elsewhere."""
        return self.house.cpu_s() | {"students": time.process_time()}

    async def _break(self, faults: Sequence[Fault], clock: float, wave: Wave) -> None:
        for fault in faults:
            await asyncio.sleep(max(0.0, clock + fault.at_s - time.monotonic()))
            outage = Outage(fault.name, time.monotonic() - clock)
            await asyncio.to_thread(fault.act, self.house)
            outage.end_s = time.monotonic() - clock
            wave.outages.append(outage)

    def _settle(self, wave: Wave, stories: Sequence[Story], may_error: Callable[[Work], bool]) -> None:
        """Compare what students were told with the rows, and both with what is right."""
        rows = {row[0]: row for row in self.house.rows("look") if row[0] not in self.known}
        self.known |= set(rows)
        concluded = Counter(self.house.concluded())
        wave.submissions = len(rows)
        wave.doubled = [pk for pk in rows if concluded[pk] > 1]
        by_student = Counter(row[1] for row in rows.values())
        for story in stories:
            wave.resent += story.presses - 1
            label = f"{story.name} {story.work.slug} {story.work.name}"
            if not story.submission:
                wave.not_taken += 1
                continue
            if by_student[story.name] > story.presses:
                wave.doubled.append(f"{label}: {by_student[story.name]} rows of {story.presses} presses")
            row = rows.get(story.submission)
            if row is None or not story.result_at:
                wave.lost.append(f"{label}: {row[3] if row else 'no row'}, page says {story.state!r}")
                continue
            settle_one(wave, story, row, label, may_error)
        answered = {story.submission for story in stories}
        for pk, row in rows.items():  # saved, though its answer never reached the browser
            if pk not in answered and row[3] not in ("graded", "errored"):
                wave.lost.append(f"{row[1]} {row[2]}: still {row[3]}")
        wave.tried_again = sum(row[6] > 1 for row in rows.values())


def settle_one(wave: Wave, story: Story, row: list[object], label: str, may_error: Callable[[Work], bool]) -> None:
    _, _, _, status, outcome, passed, tries, losses, _, _ = row
    if status != story.state:
        wave.truths.append(f"{label}: page says {story.state}, row {status}")
    if status == "errored":
        if may_error(story.work):
            wave.expected_errors += 1
        else:
            wave.errored.append(f"{label}: {outcome}, {tries} tries, {losses} losses")
        return
    if (outcome, passed) != (story.work.outcome, story.work.passed):
        wave.wrong.append(f"{label}: {outcome} {'passed' if passed else 'failed'}, not {story.work.outcome}")
    if passed != (story.title == "Passed!"):
        wave.truths.append(f"{label}: page says {story.title!r}, row {'passed' if passed else 'failed'}")
    ms = (story.result_at - story.first_press_at) * 1e3
    wave.result_ms.append(ms)
    wave.by_kind.setdefault(
        story.work.name if story.work.kind in ("hostile", "poison") else story.work.kind, []
    ).append(ms)


def tell_outages(wave: Wave, stories: Sequence[Story], clock: float) -> None:
    """What those who waited read between the fault and the end of its outage, and what those who pressed were told."""
    for outage in wave.outages:
        begin, end = clock + outage.begin_s, clock + outage.end_s + 1.0
        told = Counter(text for story in stories for text in story.told_between(begin, end))
        refused = Counter(
            f"{status or 'offline'}: {text}"
            for story in stories
            for at, status, text in story.refusals
            if begin <= at <= end + 60
        )
        outage.told, outage.refused = dict(told.most_common()), dict(refused.most_common())


async def gather_crowd(house: House, count: int) -> tuple[Crowd, Timings]:
    """Make the students and let them log in through the form, before any clock starts: that is the cost of their hashes."""
    await asyncio.to_thread(house.rows, "seed", count)
    timings, turns = Timings(), asyncio.Semaphore(LOGINS_AT_ONCE)
    students = [
        Student(name_of(n), Browser("127.0.0.1", house.port, f"127.1.{n // 250}.{n % 250 + 1}"), timings)
        for n in range(count)
    ]

    async def log_in(student: Student) -> None:
        async with turns:
            await student.log_in(PASSWORD)
            student.browser.close()

    await asyncio.gather(*map(log_in, students))
    return Crowd(house, students), timings
