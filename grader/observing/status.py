"""How grading does, in sentences that need no explanation."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from grader.courses.models import TEACHING, Course
from grader.lti.models import PostState, ScorePost
from grader.observing import canary, reports
from grader.submissions.models import PENDING, Purpose, Status, Submission

SLOW_S = 30.0  # waiting longer than this is slow
STILL_S = 120.0  # and so long without a result is no grading at all
LATELY = timedelta(hours=1)
MOST = 500
CANARY_LATE = 3  # periods


@dataclass(frozen=True)
class Sentence:
    """`mood`: good, warn or bad; for the mark beside it, and told in words by the sentence itself."""

    text: str
    mood: str = "good"


@dataclass
class StatusPage:
    """`headline` says it all; `sentences` say why."""

    headline: Sentence
    at: datetime
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True)
class Lately:
    """The submissions of the last hour, at most MOST of them. `waits_s`: from POST to result, sorted."""

    waits_s: list[float]
    errored: int
    is_cut: bool

    def share_s(self, share: float) -> float:
        return self.waits_s[min(len(self.waits_s) - 1, math.floor(len(self.waits_s) * share))]


@dataclass(frozen=True)
class Waiting:
    """What has no result yet."""

    number: int
    oldest_s: float


@dataclass(frozen=True)
class Machines:
    """What the workers say of themselves; None where Redis does not answer."""

    workers: int
    closed: int
    flight: canary.Flight | None


def build_status(user: Any) -> StatusPage:
    """The page for this teacher; the number of queries depends on nothing."""
    waiting, lately, machines = read_waiting(), read_lately(), read_machines()
    page = StatusPage(judge(waiting, lately, machines), timezone.now())
    page.sentences = [
        tell_waiting(waiting),
        *tell_lately(lately),
        *tell_machines(machines),
        *tell_platforms(user),
    ]
    return page


# --- reading ----------------------------------------------------------------------------------------------------------


def count_and_age(rows: QuerySet[Any], since: str) -> tuple[int, float]:
    """How many there are, and the seconds since the earliest."""
    found = rows.order_by().aggregate(number=Count("pk"), earliest=Min(since))
    age_s = (timezone.now() - found["earliest"]).total_seconds() if found["earliest"] else 0.0
    return found["number"], max(0.0, age_s)


def read_waiting() -> Waiting:
    return Waiting(*count_and_age(Submission.objects.filter(status__in=PENDING), "created_at"))


def read_lately() -> Lately:
    rows = Submission.objects.filter(purpose=Purpose.SUBMIT, created_at__gt=timezone.now() - LATELY)
    found = list(rows.order_by("-created_at").values_list("status", "created_at", "finished_at")[:MOST])
    waits = [(end - begin).total_seconds() for status, begin, end in found if status == Status.GRADED and end]
    errored = sum(status == Status.ERRORED for status, _begin, _end in found)
    return Lately(sorted(waits), errored, len(found) == MOST)


def read_machines() -> Machines | None:
    try:
        alive = [report for report in reports.read_reports() if report.is_alive and "submissions" in report.queues]
        closed = sum(report.sandbox is None or bool(report.sandbox.closed) for report in alive)
        return Machines(len(alive), closed, canary.last_flight())
    except redis.RedisError:
        return None


# --- judging ----------------------------------------------------------------------------------------------------------


def judge(waiting: Waiting, lately: Lately, machines: Machines | None) -> Sentence:
    """Works, slow, or not at all: what waits decides, since that is what students feel; then what the machines say."""
    if machines is None:
        return Sentence(gettext("Grading may stand still: the graders cannot be asked just now."), "bad")
    if not machines.workers or machines.closed == machines.workers:
        return Sentence(gettext("Grading stands still."), "bad")
    if waiting.oldest_s > STILL_S:
        return Sentence(gettext("Grading is much slower than it should be."), "bad")
    if waiting.oldest_s > SLOW_S:
        return Sentence(gettext("Grading works, but slowly just now."), "warn")
    if machines.flight and not machines.flight.is_right:
        return Sentence(gettext("Grading may not work as it should: our own test of it failed."), "bad")
    if lately.errored or machines.closed:
        return Sentence(gettext("Grading works, with some trouble."), "warn")
    return Sentence(gettext("Grading works."))


# --- telling ----------------------------------------------------------------------------------------------------------


def in_words(seconds: float) -> str:
    """A time that somebody waited, as one says it; number and unit stay on one line."""
    if seconds < 120:
        text = gettext("%(seconds)s s") % {"seconds": f"{seconds:.1f}" if seconds < 2 else f"{seconds:.0f}"}
    elif seconds < 2 * 3600:
        text = gettext("%(minutes)d min") % {"minutes": round(seconds / 60)}
    else:
        text = gettext("%(hours)d h") % {"hours": round(seconds / 3600)}
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def tell_waiting(waiting: Waiting) -> Sentence:
    if not waiting.number:
        return Sentence(gettext("Nothing waits."))
    words = ngettext(
        "%(count)d submission waits, for %(oldest)s.",
        "%(count)d submissions wait, the oldest for %(oldest)s.",
        waiting.number,
    )
    mood = "bad" if waiting.oldest_s > STILL_S else "warn" if waiting.oldest_s > SLOW_S else "good"
    return Sentence(words % {"count": waiting.number, "oldest": in_words(waiting.oldest_s)}, mood)


def tell_lately(lately: Lately) -> Iterable[Sentence]:
    count = len(lately.waits_s)
    if not count:
        yield Sentence(gettext("Nothing was handed in and graded within the last hour."))
    elif lately.is_cut:
        yield Sentence(
            gettext("Of the last %(count)d results, half were there within %(half)s, and nearly all within %(most)s.")
            % speeds(lately)
        )
    elif count == 1:
        text = gettext("One submission was graded within the last hour; the result was there within %(half)s.")
        yield Sentence(text % speeds(lately))
    else:
        text = gettext(
            "%(count)d submissions were graded within the last hour: half within %(half)s, nearly all within %(most)s."
        )
        yield Sentence(text % speeds(lately))
    if lately.errored:
        words = ngettext(
            "%(count)d submission could not be graded. That is our fault; it costs the student nothing, and can be sent again.",
            "%(count)d submissions could not be graded. That is our fault; it costs the students nothing, and they can be sent again.",
            lately.errored,
        )
        yield Sentence(words % {"count": lately.errored}, "warn")


def speeds(lately: Lately) -> dict[str, Any]:
    return {
        "count": len(lately.waits_s),
        "half": in_words(lately.share_s(0.5)),
        "most": in_words(lately.share_s(0.95)),
    }


def tell_machines(machines: Machines | None) -> Iterable[Sentence]:
    if machines is None:
        return
    if not machines.workers:
        text = gettext("No grader is at work. What is handed in is kept, and graded as soon as one is back.")
        yield Sentence(text, "bad")
    elif machines.closed == machines.workers:
        text = gettext("The graders take no work just now. What is handed in is kept, and graded as soon as they do.")
        yield Sentence(text, "bad")
    elif machines.closed:
        text = gettext("Some of the graders take no work just now; the others do all of it.")
        yield Sentence(text, "warn")
    flight = machines.flight
    if flight:
        yield tell_canary(flight)


def tell_canary(flight: canary.Flight) -> Sentence:
    told = {"ago": in_words(flight.age_s), "took": in_words(flight.seconds)}
    if not flight.is_right:
        return Sentence(
            gettext("Gradus tests itself: the last test, %(ago)s ago, did not come out as it must.") % told, "bad"
        )
    if settings.CANARY_PERIOD_S and flight.age_s > CANARY_LATE * settings.CANARY_PERIOD_S:
        return Sentence(gettext("Gradus tests itself, but no test has come back for %(ago)s.") % told, "warn")
    return Sentence(
        gettext("Gradus tests itself: the last test, %(ago)s ago, came out right and took %(took)s.") % told
    )


def tell_platforms(user: Any) -> Iterable[Sentence]:
    """Grades on their way from courses that the user teaches."""
    courses = Course.objects.all()
    if not user.is_staff:
        courses = courses.filter(enrollments__user=user, enrollments__role__in=TEACHING)
    posts = ScorePost.objects.filter(line_item__link__assignment__course__in=courses, state=PostState.PENDING)
    number, age_s = count_and_age(posts, "pending_since")
    if not number:
        return
    words = ngettext(
        "%(count)d grade is on its way to your learning platform, for %(oldest)s.",
        "%(count)d grades are on their way to your learning platform, the oldest for %(oldest)s.",
        number,
    )
    yield Sentence(words % {"count": number, "oldest": in_words(age_s)}, "warn" if age_s > 300 else "good")
