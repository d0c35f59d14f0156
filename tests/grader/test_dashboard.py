"""The student's dashboard: progress, mastery, open misconceptions, deadlines, and where to begin."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises import content_store
from exercises.format import bundled, load
from grader.courses.models import Assignment, Course, Enrollment, Extension
from grader.dashboard.mastery import concept_names
from grader.submissions.models import Purpose, save_draft
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db

PREDICT = "predict-detach"
IDEA = "missing-zero-grad"


def publish(course, *slugs, **fields):
    found = {}
    for slug in slugs:
        folder = load(bundled()[slug])
        exercise = content_store.publish(folder, [{"x": 1}] if folder.predict else None)[0].exercise
        Assignment.objects.get_or_create(course=course, exercise=exercise, defaults=fields)
        found[slug] = exercise
    return found


def grade(user, exercise, score=1.0, **changes):
    submission = queue(user, exercise)
    submission.claim()
    submission.finish(outcome(score=score, **changes))
    return submission


def idea_of(slug):
    """The name of a misconception of the exercise."""
    return next(iter(load(bundled()[slug]).misconceptions))


@pytest.fixture
def course(people):
    return Course.objects.get(slug="autograd")


@pytest.fixture
def student(browse):
    return browse("student")


def page_of(browser, **extra):
    answer = browser.get("/dashboard/", **extra)
    assert answer.status_code == 200
    return answer.context["page"], answer.content.decode()


def test_sections_have_their_titles_points_and_a_way_to_the_text(people, course, student, exercise):
    more = publish(course, "numerical-grad")
    grade(people["student"], exercise, 15.0, max_score=15.0)
    grade(people["student"], more["numerical-grad"], 4.0)
    page, html = page_of(student)
    first, second = page.sections
    assert (first.number, first.title, first.url) == ("3.1.1", "Gradients", "/chapters/3/#s3-1-1")
    assert (first.passed, first.total, first.points) == (0, 1, 4.0)
    assert (second.number, second.passed, second.total, second.percent) == ("3.2.4", 1, 1, 100)
    assert (page.passed, page.total) == (1, 2)
    assert "Autograd" in html


def test_mastery_counts_exercises_by_concept_and_tier(people, course, student, exercise):
    more = publish(
        course, "zero-grad-util", "fix-second-backward", "grad-accumulation", "mini-autograd", "hvp", "gradient-penalty"
    )
    grade(people["student"], exercise, 10.0)
    grade(people["student"], more["zero-grad-util"], 3.0)
    save_draft(people["student"], more["grad-accumulation"].pk, b"x = 1\n", 0)
    page, html = page_of(student)
    assert page.mastery.tiers == [1, 2, 3]
    rows = {row.name: row for row in page.mastery.begun}
    one, two, three = rows["Accumulating gradients"].cells
    assert (one.marks, two.marks, three.marks) == (("passed", "tried", "new"), ("tried",), ("new",))
    assert (one.passed, one.tried, one.total) == (1, 1, 3)
    assert "1 of 3 passed, 1 tried" in html
    assert all(row.total == 1 for row in page.mastery.single)
    assert [row.name for row in page.mastery.ahead] == ["Gradients of gradients"]


def test_every_concept_has_a_name_in_both_languages():
    used = {concept for folder in bundled().values() for concept in load(folder).concepts}
    assert used - concept_names().keys() == set()
    assert concept_names().keys() - used == set()


def test_a_misconception_is_open_until_the_exercise_is_passed(people, course, student, exercise):
    user, idea = people["student"], idea_of(SLUG)
    failed = grade(user, exercise, misconception=idea)
    page, html = page_of(student)
    [found] = page.ideas
    assert (found.url, found.attempt, found.is_predict) == (f"/submissions/{failed.pk}/", 1, False)
    assert found.titles[0] in html
    assert "Worth another look" in html
    grade(user, exercise, 2.0)  # fails in a way that has no name
    assert page_of(student)[0].ideas == []
    grade(user, exercise, misconception=idea)
    queue(user, exercise)  # one that is not graded yet changes nothing
    assert [found.attempt for found in page_of(student)[0].ideas] == [3]
    grade(user, exercise, 10.0)
    page, html = page_of(student)
    assert page.ideas == []
    assert "Worth another look" not in html


def test_one_of_several_misconceptions_and_new_numbers(people, course, student):
    exercise = publish(course, PREDICT)[PREDICT]
    names = list(load(bundled()[PREDICT]).misconceptions)[:2]
    grade(people["student"], exercise, one_of=names)
    page, html = page_of(student, headers={"accept-language": "zh-hant"})
    [found] = page.ideas
    assert len(found.titles) == 2
    assert found.is_predict
    assert "換一組數字再試一次" in html


def test_nobody_sees_the_misconceptions_of_others(people, exercise, student):
    grade(people["classmate"], exercise, misconception=idea_of(SLUG))
    page, _ = page_of(student)
    assert (page.ideas, page.recent, page.has_begun) == ([], [], False)


def test_deadlines_stand_in_order_and_by_course(people, course, student, exercise):
    now = timezone.now()
    second = Course.objects.create(slug="second", title="Another course with a title that is a good deal longer " * 3)
    Enrollment.objects.create(user=people["student"], course=second)
    publish(course, "build-graph", "grad-clip", due_at=now + timedelta(days=3))
    publish(second, "hvp", due_at=now + timedelta(hours=5))
    publish(second, "vjp-argument", due_at=now - timedelta(days=1))
    publish(second, "checkpoint", due_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    page, html = page_of(student)
    soon, later = page.deadlines.coming
    assert ([line.slug for line in soon.open], soon.is_soon, soon.course) == (["hvp"], True, second.title)
    assert ([line.slug for line in later.open], later.is_soon) == (["build-graph", "grad-clip"], False)
    assert [(one.open[0].slug, one.is_closed) for one in page.deadlines.overdue] == [
        ("vjp-argument", False), ("checkpoint", True)
    ]  # fmt: skip
    assert ("overdue" in html, "closed" in html) == (True, True)
    assert [one.title for one in page.own_courses] == [second.title, course.title]
    assert 'href="/courses/second/"' in html
    assert "Times are in the server's time zone: UTC." in html
    assert "data-zone=" in html


def test_what_is_passed_is_not_overdue_and_an_extension_moves_the_date(people, course, student, exercise):
    user, now = people["student"], timezone.now()
    set_here = Assignment.objects.get(exercise=exercise)
    set_here.due_at = now - timedelta(days=1)
    set_here.save()
    assert len(page_of(student)[0].deadlines.overdue) == 1
    extension = Extension.objects.create(assignment=set_here, user=user, due_at=now + timedelta(days=2), reason="ill")
    deadlines = page_of(student)[0].deadlines
    assert ([one.is_extended for one in deadlines.coming], deadlines.overdue) == ([True], [])
    extension.delete()
    grade(user, exercise, 10.0)
    assert page_of(student)[0].deadlines.overdue == []


def test_the_next_step_is_one_that_can_be_handed_in(people, course, student, exercise):
    user = people["student"]
    spent = publish(course, "grad-clip", attempt_limit=1)["grad-clip"]
    publish(course, "build-graph", closes_at=timezone.now() - timedelta(days=1))
    grade(user, spent, 0.0, passed=False)
    page, _ = page_of(student)
    assert page.shut == {"grad-clip", "build-graph"}
    assert page.next_exercise.slug == exercise.slug
    grade(user, exercise, 10.0)
    assert page_of(student)[0].next_exercise.slug == "grad-clip"


def test_a_newcomer_is_told_where_to_begin(student):
    page, html = page_of(student)
    assert (page.learns, page.has_begun) == (True, False)
    assert "Where to begin" in html
    assert 'href="/chapters/3/#s3-2-4"' in html
    assert f'href="/exercises/{SLUG}/"' in html
    assert "What you have mastered" not in html


def test_someone_without_a_course_and_one_whose_course_is_empty(browse):
    _, html = page_of(browse("nobody"))
    assert "You are not in a course yet" in html
    assert "/chapters/" not in html
    _, html = page_of(browse("stranger"))
    assert "No exercise is open yet" in html
    assert "Where to begin" not in html


def test_a_teacher_sees_progress_only_after_trying_something(people, browse, exercise):
    teacher = browse("teacher")
    page, html = page_of(teacher)
    assert (bool(page.courses), page.learns) == (True, False)
    assert "Where to begin" not in html
    grade(people["teacher"], exercise, 10.0)
    assert page_of(teacher)[0].learns


def test_an_archived_course_does_not_stand_there(people, browse, course):
    teacher = browse("teacher")
    assert page_of(teacher)[0].courses
    course.archive()
    assert page_of(teacher)[0].courses == []


def test_the_number_of_queries_does_not_grow_with_submissions(people, course, student, exercise):
    others = publish(course, "build-graph", "grad-clip", PREDICT, "hvp", due_at=timezone.now() + timedelta(days=1))

    def count():
        with CaptureQueriesContext(connection) as queries:
            page_of(student)
        return len(queries)

    grade(people["student"], exercise, misconception=idea_of(SLUG))
    page_of(student)  # texts of misconceptions are read once
    few = count()
    for slug, other in others.items():
        for number in range(7):
            grade(people["student"], other, float(number % 3), misconception=idea_of(slug))
        queue(people["student"], other, Purpose.RUN)
    page_of(student)
    assert count() == few
    assert few <= 15


def test_no_result_is_read_whole(people, course, student, exercise):
    grade(people["student"], exercise, misconception=idea_of(SLUG), stdout="x" * 10_000)
    with CaptureQueriesContext(connection) as queries:
        page_of(student)
    # Only as what a key is taken out of: (result -> 'key') or JSON_EXTRACT(result, '$."key"').
    whole = re.compile(r'(?<!\()"submissions_submission"\."result"')
    assert [query["sql"] for query in queries if whole.search(query["sql"])] == []
