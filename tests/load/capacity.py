"""What one request, one submission and one waiting page cost: the figures that docs/capacity.md reckons with.

Costs are CPU seconds of all that took part, so that they hold on a busy machine too; memory is PSS, which shares what is
shared.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from exercises.grading import make_job
from grader.bench.table import Row
from sandbox.client import Client
from tests.load import work
from tests.load.browser import Browser, Offline
from tests.load.house import House, family_pss_mib, house
from tests.load.rows import PASSWORD, name_of
from tests.load.student import FROM_SCRIPT, URLS, Student
from tests.load.waves import gather_crowd

PEOPLE, STREAMS = 20, 100
WEB = ("web", "database", "redis")


async def measure(repeat: int) -> list[Row]:
    """On PostgreSQL; a few minutes for `repeat` = 200."""
    with house("postgresql", RUNS_PER_MINUTE="100000") as built:
        rows = memory_at_rest(built)
        crowd, _ = await gather_crowd(built, PEOPLE)
        students = crowd.students
        await warm(students)
        rows += await requests(built, students, repeat)
        rows += await submissions(built, students, repeat)
        rows += slots(built)
        rows += await streams(built, students)
    return rows


def memory_at_rest(built: House) -> list[Row]:
    parts = {
        "redis": "Redis",
        "sandbox": "sandbox server with its zygote and spares",
        "worker": "worker with its children",
    }
    parts |= {"beat": "beat", "web": "web server, two processes"}
    rows = [Row(what, family_pss_mib(built.processes[name].pid), "MiB", "PSS at rest") for name, what in parts.items()]
    zygote = built.zygote()
    return [*rows, Row("of the sandbox: zygote and spares", family_pss_mib(zygote), "MiB", f"{built.slots} slots")]


async def warm(students: Sequence[Student]) -> None:
    for student in students[:8]:
        for path in ("/dashboard/", *(f"/exercises/{slug}/" for slug in work.slugs())):
            await student.browser.get(path)


async def cost(
    built: House, what: str, parts: Sequence[str], count: int, do: Callable[[int], Awaitable[object]], at_once: int = 4
) -> Row:
    """CPU ms of one, with several under way at once."""
    turns = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with turns:
            await do(number)

    before, started = built.cpu_s(), time.perf_counter()
    await asyncio.gather(*map(one, range(count)))
    took_s, after = time.perf_counter() - started, built.cpu_s()
    spent = {part: (after[part] - before[part]) * 1e3 / count for part in parts}
    detail = ", ".join(f"{part} {ms:.1f}" for part, ms in spent.items())
    return Row(what, sum(spent.values()), "ms", f"CPU: {detail}; {count / took_s:.1f}/s here", f"n {count}")


async def requests(built: House, students: Sequence[Student], repeat: int) -> list[Row]:
    found = work.exercises()

    async def log_in(number: int) -> None:
        fresh = Browser("127.0.0.1", built.port, f"127.2.0.{number % 250 + 1}")
        await Student(name_of(number % PEOPLE), fresh, students[0].timings).log_in(PASSWORD)
        fresh.close()

    async def page(number: int) -> None:
        await students[number % PEOPLE].browser.get(f"/exercises/{found[number % len(found)].slug}/")

    async def again(number: int) -> None:
        await students[number % PEOPLE].browser.get(f"/exercises/{found[number % len(found)].slug}/", **FROM_SCRIPT)

    async def dashboard(number: int) -> None:
        await students[number % PEOPLE].browser.get("/dashboard/")

    revisions = [0] * PEOPLE

    async def draft(number: int) -> None:
        who = number % PEOPLE
        form = {"source": f"# {number}\n" + found[0].files["solution.py"], "revision": str(revisions[who])}
        answer = await students[who].browser.post(f"/exercises/{found[0].slug}/draft/", form)
        revisions[who] += answer.status == 200

    return [
        await cost(built, "login", WEB, max(20, repeat // 5), log_in),
        await cost(built, "exercise page", WEB, repeat, page),
        await cost(built, "what a result changes on it", WEB, repeat, again),
        await cost(built, "draft saved", WEB, repeat, draft),
        await cost(built, "dashboard", WEB, repeat, dashboard),
    ]


async def submissions(built: House, students: Sequence[Student], repeat: int) -> list[Row]:
    """Right ones, handed in and waited for over the stream; then one of each kind, by itself."""
    everything = ("web", "worker", "sandbox", "database", "redis")
    found = work.exercises()

    def hand_in(piece: work.Work) -> Callable[[int], Awaitable[object]]:
        async def do(number: int) -> None:
            student, page = students[number % PEOPLE], f"/exercises/{piece.slug}/submit/"
            answer = await student.browser.post(page, {"source": piece.source}, **FROM_SCRIPT)
            path = URLS.search(answer.text)
            assert path, answer.text[:200]
            with suppress(Offline):
                async for _ in student.browser.events(f"{path[1]}events/"):
                    pass

        return do

    async def any_right(number: int) -> None:
        await hand_in(work.right(found[number % len(found)]))(number)

    rows = [await cost(built, "submission, right", everything, repeat, any_right)]
    for name in work.HOSTILE:
        attack = work.hostile(found[0], name)
        rows.append(await cost(built, f"submission, {name}", everything, 3, hand_in(attack), at_once=1))
    return rows


def slots(built: House) -> list[Row]:
    """Memory of jobs at work, beyond what the zygote has anyway: of sleepers, and of the hungriest that is allowed."""
    rows = []
    exercise = work.exercises()[0]
    for what, source in (
        ("a job at work", "import time\ntime.sleep(8)\n"),
        ("a job with 256 MiB of its own", "import time\nhoard = b'x' * (256 << 20)\ntime.sleep(8)\n"),
    ):
        before = family_pss_mib(built.zygote())
        job = make_job(exercise, source.encode(), seed=1, public=False)
        running = [asyncio.get_running_loop().run_in_executor(None, Client(built.sandbox_socket).run, job)]
        time.sleep(5)
        rows.append(Row(what, family_pss_mib(built.zygote()) - before, "MiB", "PSS beyond the zygote and its spares"))
        del running
        time.sleep(6)
    return rows


async def streams(built: House, students: Sequence[Student]) -> list[Row]:
    """What pages that wait cost the web server a second, and hold of memory: the worker is away, nothing moves."""
    built.kill("worker")
    slug = work.slugs()[0]
    answer = await students[0].browser.post(f"/exercises/{slug}/submit/", {"source": "pass\n"}, **FROM_SCRIPT)
    path = URLS.search(answer.text)
    assert path

    async def watch() -> None:
        async for _ in students[0].browser.events(f"{path[1]}events/"):
            pass

    before_mib = family_pss_mib(built.processes["web"].pid)
    watching = [asyncio.create_task(watch()) for _ in range(STREAMS)]
    await asyncio.sleep(8)
    before = built.cpu_s()
    await asyncio.sleep(10)
    after = built.cpu_s()
    mib = (family_pss_mib(built.processes["web"].pid) - before_mib) / STREAMS
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    ms = sum(after[part] - before[part] for part in WEB) * 1e3 / 10 / STREAMS
    return [
        Row("a page that waits", ms, "ms/s", f"CPU of {', '.join(WEB)} with {STREAMS} waiting"),
        Row("a page that waits, memory", mib, "MiB", "PSS of the web server"),
    ]
