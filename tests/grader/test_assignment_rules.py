"""Rules of assignments: the arithmetic by itself, and what students meet over HTTP."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from exercises import content_store
from exercises.format import bundled, load
from grader.courses import rules
from grader.courses.explain import explain, tell_end, when
from grader.courses.forms import AssignmentForm, ZonedDateTimeField
from grader.courses.models import Assignment, Course, Enrollment, Extension, Role
from grader.courses.rules import Allowed, NoSuchTime, Refused, Rules, TwiceThatTime
from grader.courses.standing import standing_of, standings
from grader.submissions.models import Draft, Purpose, Submission
from tests.grader.conftest import SLUG
from tests.grader.rows import at_once, outcome, queue

DUE = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
SUBMIT = f"/exercises/{SLUG}/submit/"
HTMX = {"hx-request": "true"}
BERLIN = ZoneInfo("Europe/Berlin")


# --- Arithmetic -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "days", "factor"),
    [
        (-DAY, 0, 1.0),
        (timedelta(), 0, 1.0),
        (15 * MINUTE, 0, 1.0),
        (15 * MINUTE + SECOND, 1, 0.9),
        (DAY, 1, 0.9),
        (DAY + SECOND, 2, 0.8),
        (4 * DAY, 4, 0.6),
        (5 * DAY, 5, 0.55),
        (400 * DAY, 400, 0.55),
    ],
)
def test_each_day_begun_costs_down_to_the_floor(after: timedelta, days: int, factor: float) -> None:
    late = Rules(due_at=DUE, late_percent=10, grace=15 * MINUTE, floor_percent=55)
    assert rules.late_factor(late, DUE + after) == (pytest.approx(factor), days)


def test_the_percent_are_of_the_full_points() -> None:
    late = Rules(due_at=DUE, late_percent=10, floor_percent=20)
    assert rules.late_share(late, 1.0, DUE + 2 * DAY) == pytest.approx(0.8)
    assert rules.late_share(late, 0.5, DUE + 2 * DAY) == pytest.approx(0.3)
    assert rules.late_share(late, 0.25, DUE + 2 * DAY) == pytest.approx(0.2)  # the floor
    assert rules.late_share(late, 0.1, DUE + 9 * DAY) == pytest.approx(0.1)  # which lifts nobody
    assert rules.late_share(late, 0.5, DUE) == 0.5
    assert rules.late_share(Rules(due_at=DUE, late_percent=60), 1.0, DUE + 3 * DAY) == 0.0
    assert rules.late_factor(Rules(), DUE) == (1.0, 0)


def test_a_day_of_lateness_is_24_hours_whatever_the_clocks_do() -> None:
    due = rules.to_utc(datetime(2026, 3, 28, 23, 30), BERLIN)
    late = Rules(due_at=due, late_percent=10)
    assert rules.days_late(late, rules.to_utc(datetime(2026, 3, 29, 23, 30), BERLIN)) == 1  # 23 hours later
    assert rules.days_late(late, rules.to_utc(datetime(2026, 3, 30, 0, 31), BERLIN)) == 2


@pytest.mark.parametrize(
    ("held", "now", "attempts", "last", "ruling"),
    [
        (Rules(), DUE, 1000, DUE, Allowed()),
        (Rules(opens_at=DUE), DUE - SECOND, 0, None, "not_open"),
        (Rules(opens_at=DUE), DUE, 0, None, Allowed()),
        (Rules(due_at=DUE), DUE + 100 * DAY, 0, None, Allowed()),
        (Rules(closes_at=DUE), DUE - SECOND, 0, None, Allowed()),
        (Rules(closes_at=DUE), DUE, 0, None, "closed"),
        (Rules(attempt_limit=3), DUE, 2, None, Allowed(0)),
        (Rules(attempt_limit=3), DUE, 3, None, "no_attempts"),
        (Rules(cooldown=MINUTE), DUE, 1, DUE - MINUTE + SECOND, "cooldown"),
        (Rules(cooldown=MINUTE), DUE, 1, DUE - MINUTE, Allowed()),
        (Rules(cooldown=MINUTE), DUE, 0, None, Allowed()),
        (Rules(is_archived=True), DUE, 0, None, "archived"),
        (Rules(attempt_limit=1, cooldown=MINUTE), DUE, 1, DUE, "no_attempts"),  # no use in waiting
    ],
)
def test_decide(held: Rules, now: datetime, attempts: int, last: datetime | None, ruling: Any) -> None:
    decided = rules.decide(held, now, attempts, last)
    assert (decided.reason if isinstance(decided, Refused) else decided) == ruling


def test_the_pause_is_told_in_whole_seconds() -> None:
    decided = rules.decide(Rules(cooldown=MINUTE), DUE, 1, DUE - timedelta(seconds=58.5))
    assert isinstance(decided, Refused)
    assert decided.params["seconds"] == 2


def an_assignment(**changes: Any) -> Any:
    values = {
        "opens_at": None, "due_at": DUE, "closes_at": DUE + DAY, "late_percent": 10, "grace_minutes": 0,
        "floor_percent": 0, "attempt_limit": 3, "cooldown_s": 60, "counted": "best",
        "course": SimpleNamespace(archived_at=None),
    }  # fmt: skip
    return SimpleNamespace(**values | changes)


def an_extension(due_at: Any = None, closes_at: Any = None, extra_attempts: int = 0) -> Any:
    return SimpleNamespace(due_at=due_at, closes_at=closes_at, extra_attempts=extra_attempts)


def test_an_extension_only_ever_gives() -> None:
    plain = rules.effective(an_assignment())
    assert (plain.due_at, plain.closes_at, plain.attempt_limit, plain.is_extended) == (DUE, DUE + DAY, 3, False)
    later = rules.effective(an_assignment(), an_extension(due_at=DUE + 7 * DAY, extra_attempts=2))
    assert (later.due_at, later.closes_at, later.attempt_limit) == (DUE + 7 * DAY, DUE + 7 * DAY, 5)
    kept = rules.effective(an_assignment(), an_extension(due_at=DUE - DAY, closes_at=DUE))
    assert (kept.due_at, kept.closes_at) == (DUE, DUE + DAY)
    free = rules.effective(an_assignment(due_at=None, closes_at=None, attempt_limit=None), an_extension(DUE, DUE, 1))
    assert (free.due_at, free.closes_at, free.attempt_limit) == (None, None, None)


def test_which_attempt_counts() -> None:
    scores = [(0.5, 1), (1.0, 2), (1.0, 3), (0.2, 4)]
    assert rules.counted(scores, "best") == (1.0, 2)
    assert rules.counted(scores, "last") == (0.2, 4)
    assert rules.counted([], "best") is None


def test_times_that_clocks_skip_or_show_twice() -> None:
    with pytest.raises(NoSuchTime) as gap:
        rules.to_utc(datetime(2026, 3, 29, 2, 30), BERLIN)
    assert (gap.value.before, gap.value.after) == (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 3, 0))
    with pytest.raises(TwiceThatTime) as twice:
        rules.to_utc(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert (twice.value.start, twice.value.end) == (datetime(2026, 10, 25, 2, 0), datetime(2026, 10, 25, 3, 0))
    assert rules.to_utc(datetime(2026, 10, 25, 3, 0), BERLIN) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    assert rules.to_utc(datetime(2026, 5, 3, 23, 59), ZoneInfo("Asia/Taipei")) == datetime(
        2026, 5, 3, 15, 59, tzinfo=UTC
    )


def test_moving_by_days_keeps_the_time_of_day() -> None:
    moment = rules.to_utc(datetime(2026, 3, 28, 23, 59), BERLIN)
    assert rules.in_zone(rules.move_days(moment, 1, BERLIN), BERLIN) == datetime(2026, 3, 29, 23, 59)
    assert rules.in_zone(rules.move_days(moment, 364, BERLIN), BERLIN) == datetime(2027, 3, 27, 23, 59)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-03-29T02:30", "2026-03-29 03:00"),
        ("2026-10-25T02:30", "2026-10-25 03:00"),
        ("tomorrow", "such as"),
        ("9999-12-31T23:59", "such as"),
        ("0001-01-01T00:00", "such as"),
    ],
)
def test_a_wrong_time_is_refused_with_a_way_out(text: str, says: str) -> None:
    field = ZonedDateTimeField()
    field.zone = BERLIN
    with translation.override("en"), pytest.raises(Exception, match=says):
        field.clean(text)


def test_a_doubled_hour_that_is_stored_stays() -> None:
    field = ZonedDateTimeField()
    field.zone, field.kept = BERLIN, datetime(2026, 10, 25, 1, 30, 7, tzinfo=UTC)
    assert field.clean(field.prepare_value(field.kept)) == field.kept
    assert field.clean("") is None


# --- In words ---------------------------------------------------------------------------------------------------------


def test_the_rules_in_words_on_the_courses_clocks() -> None:
    course = Course(slug="c", time_zone="Asia/Taipei")
    held = Rules(
        due_at=DUE, closes_at=DUE + 7 * DAY, late_percent=10, grace=15 * MINUTE, floor_percent=50,
        attempt_limit=5, cooldown=2 * MINUTE,
    )  # fmt: skip
    with translation.override("en"):
        text = " ".join(explain(held, course, DUE))
    for part in (
        "Full points until May 3, 2026, 8:00 PM (Asia/Taipei).",
        "15 min later still counts as in time",
        "10\N{NO-BREAK SPACE}% of the points less for each day begun, down to 50\N{NO-BREAK SPACE}%",
        "Closed from May 10, 2026, 8:00 PM (Asia/Taipei)",
        "5 attempts; the best one counts.",
        "At least 2 min between two attempts.",
    ):
        assert part in text
    with translation.override("zh-hant"):
        assert "2026年5月3日 20:00（Asia/Taipei）" in " ".join(explain(held, course, DUE))


# --- Over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def assignment(people: dict[str, Any]) -> Assignment:
    return Assignment.objects.select_related("course", "exercise").get()


def change(assignment: Assignment, **rules: Any) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(**rules)


def post(browser: Browser, source: str = "x = 1", path: str = SUBMIT) -> Any:
    return browser.post(path, {"source": source}, headers=HTMX)


def submitted(user: Any) -> int:
    return Submission.objects.filter(user=user, purpose=Purpose.SUBMIT).count()


@pytest.mark.django_db
def test_what_is_closed_takes_nothing_and_keeps_the_text(people: Any, browse: Any, assignment: Assignment) -> None:
    now = timezone.now()
    change(assignment, due_at=now - 2 * DAY, closes_at=now - DAY)
    browser = browse("student")
    refused = post(browser)
    assert refused.status_code == 403
    assert "ask your instructor for an extension" in refused.content.decode()
    page = browser.post(SUBMIT, {"source": "mine = 'still here'"})
    assert page.status_code == 403
    assert "mine = &#x27;still here&#x27;" in page.content.decode()
    assert submitted(people["student"]) == 0
    assert post(browser, path=f"/exercises/{SLUG}/run/").status_code == 200  # the examples may be run
    assert "You can still run the examples" in browser.get(f"/exercises/{SLUG}/").content.decode()
    assert post(browse("teacher")).status_code == 200  # whoever teaches tries things out


@pytest.mark.django_db
def test_an_extension_opens_it_again_for_one(people: Any, browse: Any, assignment: Assignment) -> None:
    now = timezone.now()
    change(assignment, due_at=now - 2 * DAY, closes_at=now - DAY)
    Extension.objects.create(assignment=assignment, user=people["student"], due_at=now + DAY, reason="ill")
    assert post(browse("student")).status_code == 200
    assert post(browse("classmate")).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "day"), [("en", "May 3, 2126"), ("zh-hant", "2126年5月3日")])
def test_the_page_tells_a_deadline_once(
    people: Any, browse: Any, assignment: Assignment, language: str, day: str
) -> None:
    """One's own: an extension is included."""
    change(assignment, due_at=DUE.replace(year=2125))
    Extension.objects.create(assignment=assignment, user=people["student"], due_at=DUE.replace(year=2126), reason="ill")
    page = browse("student").get(f"/exercises/{SLUG}/", headers={"accept-language": language}).content.decode()
    assert (page.count(day), page.count("2125")) == (1, 0)


@pytest.mark.django_db
def test_attempts_run_out_and_what_we_broke_costs_none(people: Any, browse: Any, assignment: Assignment) -> None:
    change(assignment, attempt_limit=2)
    browser = browse("student")
    assert "2 of 2 attempts left" in browser.get(f"/exercises/{SLUG}/").content.decode()
    assert post(browser).status_code == 200
    ours = Submission.objects.get(user=people["student"])
    assert ours.claim()
    assert ours.fail()
    for status in (200, 200, 403):
        assert post(browser).status_code == status
    assert "all 2 attempts" in post(browser).content.decode()
    page = browser.get(f"/exercises/{SLUG}/").content.decode()
    assert ("0 of 2 attempts left" in page, page.count('data-send="submit" aria-disabled="true"')) == (True, 1)
    assert post(browser, path=f"/exercises/{SLUG}/run/").status_code == 200
    Extension.objects.create(assignment=assignment, user=people["student"], extra_attempts=1, reason="ill")
    assert post(browser).status_code == 200
    assert post(browser).status_code == 403


@pytest.mark.django_db
def test_the_pause_between_attempts(people: Any, browse: Any, assignment: Assignment) -> None:
    change(assignment, cooldown_s=90)
    browser = browse("student")
    assert post(browser).status_code == 200
    refused = post(browser)
    assert refused.status_code == 429
    assert 80 <= int(refused["Retry-After"]) <= 90
    assert "data-wait-until" in browser.get(f"/exercises/{SLUG}/").content.decode()
    end, course = DUE.replace(hour=23, minute=59), assignment.course
    course.time_zone = "UTC"
    assert tell_end(end, DUE, course) == "at 23:59:00 (UTC)"
    assert tell_end(end, DUE - timedelta(days=1), course) == when(end, course)
    Submission.objects.update(created_at=timezone.now() - timedelta(seconds=91))
    assert "data-wait-until" not in browser.get(f"/exercises/{SLUG}/").content.decode()
    assert post(browser).status_code == 200


@pytest.mark.django_db
def test_an_archived_course_is_read_only_and_out_of_lists(people: Any, browse: Any, assignment: Assignment) -> None:
    assignment.course.archive()
    browser = browse("student")
    page = browser.get(f"/exercises/{SLUG}/")
    assert page.status_code == 200
    assert "This course is archived" in page.content.decode()
    assert post(browser).status_code == 403
    assert SLUG not in browser.get("/exercises/").content.decode()
    assert "/courses/autograd/" not in browser.get("/courses/").content.decode()
    assert browser.get("/courses/autograd/").status_code == 200
    assignment.course.bring_back()
    assert post(browser).status_code == 200


@pytest.mark.django_db
def test_predictions_are_held_to_the_rules_too(people: Any, browse: Any) -> None:
    folder = load(bundled()["predict-detach"])
    exercise = content_store.publish(folder, [dict.fromkeys(("a", "b", "c", "x", "y", "k", "n"), 1)])[0].exercise
    Assignment.objects.create(
        course=Course.objects.get(slug="autograd"), exercise=exercise, closes_at=timezone.now() - DAY
    )
    browser = browse("student")
    token = browser.get("/exercises/predict-detach/").context["page"].predict.token
    answers = {f"answer-{field.name}": "yes" if field.type == "bool" else "1" for field in folder.predict.fields}
    refused = browser.post("/exercises/predict-detach/submit/", {"token": token, **answers})
    assert refused.status_code == 403
    assert "This closed" in refused.content.decode()
    assert Submission.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_cannot_both_take_the_last_attempt(people: Any, browse: Any, assignment: Assignment) -> None:
    change(assignment, attempt_limit=2)
    assert post(browse("student")).status_code == 200
    browsers = [browse("student") for _ in range(6)]
    statuses = [answer.status_code for answer in at_once(6, lambda index: post(browsers[index]))]
    assert sorted(statuses) == [200, 403, 403, 403, 403, 403]
    assert submitted(people["student"]) == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_keep_the_pause(people: Any, browse: Any, assignment: Assignment) -> None:
    change(assignment, cooldown_s=60)
    browsers = [browse("student") for _ in range(4)]
    statuses = [answer.status_code for answer in at_once(4, lambda index: post(browsers[index]))]
    assert sorted(statuses) == [200, 429, 429, 429]
    assert submitted(people["student"]) == 1


@pytest.mark.django_db
def test_the_most_urgent_course_takes_the_work(people: Any, browse: Any, exercise: Any, assignment: Assignment) -> None:
    """The same exercise in two courses: one that is over or archived does not stand in the way."""
    now = timezone.now()
    second = Course.objects.create(slug="again", title="Again")
    Enrollment.objects.create(user=people["student"], course=second)
    live = Assignment.objects.create(course=second, exercise=exercise, due_at=now + 9 * DAY)
    change(assignment, due_at=now - 2 * DAY, closes_at=now - DAY)
    assert post(browse("student")).status_code == 200
    change(assignment, due_at=now + DAY, closes_at=None)
    assignment.course.archive()
    assert post(browse("student")).status_code == 200
    assert set(Submission.objects.values_list("assignment", flat=True)) == {live.pk}


# --- Where students stand ---------------------------------------------------------------------------------------------


def grade(user: Any, assignment: Assignment, score: float, at: datetime, **fields: Any) -> Submission:
    submission = queue(user, assignment.exercise, assignment=assignment, created_at=at, **fields)
    assert submission.claim()
    assert submission.finish(outcome(score))
    return submission


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("held", "points", "days"),
    [
        ({"counted": "best"}, 10.0, 3),
        ({"counted": "last"}, 4.0, 4),
        ({"counted": "best", "late_percent": 10}, 7.0, 3),
        ({"counted": "best", "late_percent": 10, "floor_percent": 80}, 8.0, 3),
        ({"counted": "last", "late_percent": 10}, 0.0, 4),
        ({"counted": "best", "late_percent": 30}, 6.0, 0),
        ({"counted": "best", "late_percent": 10, "points": 100.0}, 70.0, 3),
        ({"counted": "best", "late_percent": 30, "grace_minutes": 5 * 1440}, 10.0, 0),
    ],
)
def test_what_counts(people: Any, assignment: Assignment, held: dict[str, Any], points: float, days: int) -> None:
    """In time 2 and 6 of 10; three days late 10; four days late 4."""
    change(assignment, due_at=DUE, **{"points": 10.0} | held)
    student = people["student"]
    for score, after in ((2.0, -DAY), (6.0, timedelta()), (10.0, 3 * DAY), (4.0, 4 * DAY)):
        grade(student, assignment, score, DUE + after)
    grade(student, assignment, 10.0, DUE - DAY, purpose=Purpose.RUN)  # counts for nothing
    queue(student, assignment.exercise, assignment=assignment, created_at=DUE + 5 * DAY)  # not graded yet
    assignment.refresh_from_db()
    standing = standing_of(student, assignment)
    assert (standing.points, standing.days_late, standing.attempts) == (pytest.approx(points), days, 5)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_what_the_database_picks_is_what_the_arithmetic_says(people: Any, assignment: Assignment, seed: int) -> None:
    rng = random.Random(seed)
    held = {"late_percent": rng.choice([0, 7, 30]), "floor_percent": rng.choice([0, 40]), "grace_minutes": 600}
    change(assignment, due_at=DUE, counted=rng.choice(["best", "best", "last"]), **held)
    assignment.refresh_from_db()
    extended = Extension.objects.create(assignment=assignment, user=people["student"], due_at=DUE + DAY, reason="x")
    by_hand = {}
    for name, extension in (("student", extended), ("classmate", None)):
        scores = []
        effective = rules.effective(assignment, extension)
        for hour in sorted(rng.sample(range(-48, 200), 12)):
            score, at = float(rng.randint(0, 10)), DUE + timedelta(hours=hour)
            made = grade(people[name], assignment, score, at)
            scores.append((rules.late_share(effective, score / 10, at), made.attempt, made.pk))
        by_hand[people[name].pk] = rules.counted(scores, assignment.counted)
    for (user, _), standing in standings(assignment.course).items():
        if user in by_hand:
            share, attempt, pk = by_hand[user]
            assert (standing.late_share, standing.attempt, standing.submission) == (pytest.approx(share), attempt, pk)


@pytest.mark.django_db
def test_an_extension_changes_what_counts_at_once(people: Any, assignment: Assignment) -> None:
    change(assignment, due_at=DUE, late_percent=10, points=10.0)
    assignment.refresh_from_db()
    late = grade(people["student"], assignment, 10.0, DUE + 3 * DAY)
    assert standing_of(people["student"], assignment).points == pytest.approx(7.0)
    Extension.objects.create(assignment=assignment, user=people["student"], due_at=DUE + 4 * DAY, reason="ill")
    standing = standing_of(people["student"], assignment)
    assert (standing.points, standing.is_late, standing.submission) == (10.0, False, late.pk)


@pytest.mark.django_db
def test_work_for_another_course_counts_there(people: Any, assignment: Assignment) -> None:
    other = Course.objects.create(slug="again", title="Again")
    Enrollment.objects.create(user=people["student"], course=other)
    there = Assignment.objects.create(course=other, exercise=assignment.exercise)
    grade(people["student"], there, 10.0, DUE)
    assert standing_of(people["student"], assignment).points is None
    assert standing_of(people["student"], there).share == 1.0


@pytest.mark.django_db
def test_standings_of_a_course_in_a_constant_number_of_queries(people: Any, assignment: Assignment) -> None:
    course = assignment.course
    change(assignment, due_at=DUE, late_percent=10)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = standings(course)
        students = course.enrollments.filter(role=Role.STUDENT).count()
        assert len(found) == students * course.assignments.count()
        return len(queries)

    grade(people["student"], assignment, 10.0, DUE)
    few = count()
    for slug in ("predict-detach", "fix-regression", "detach-target"):
        if slug in bundled():
            folder = load(bundled()[slug])
            exercise = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise
            Assignment.objects.create(course=course, exercise=exercise, counted="best")
    for number in range(5):
        user = get_user_model().objects.create(username=f"more{number}")
        Enrollment.objects.create(user=user, course=course)
        grade(user, assignment, float(number), DUE + number * DAY)
        Extension.objects.create(assignment=assignment, user=user, due_at=DUE + DAY, reason="x")
    assert count() == few <= 7


@pytest.mark.django_db
def test_a_draft_is_not_lost_by_a_refusal(people: Any, browse: Any, assignment: Assignment) -> None:
    change(assignment, closes_at=timezone.now() - DAY)
    browser = browse("student")
    browser.post(f"/exercises/{SLUG}/draft/", {"source": "kept", "revision": "0"})
    post(browser, "other")
    assert Draft.objects.get(user=people["student"]).text == "kept"


@pytest.mark.django_db
def test_the_form_tells_which_date_is_wrong(people: Any, assignment: Assignment) -> None:
    values = {
        "weight": "1", "late_percent": "0", "grace_minutes": "0", "floor_percent": "0", "cooldown_s": "0",
        "counted": "best", "opens_at": "2026-05-03T10:00", "due_at": "2026-05-03T10:00", "closes_at": "2026-05-02T10:00",
    }  # fmt: skip
    form = AssignmentForm(values, course=assignment.course, assignment=assignment)
    assert not form.is_valid()
    assert set(form.errors) == {"due_at", "closes_at"}
