"""Grades arrive: once, the latest, whatever breaks in between; or the teacher reads why not."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import jwt
import pytest
from django.db import transaction
from django.utils import timezone

from grader.courses.models import Assignment, Course, Enrollment, Extension, Override, Role
from grader.lti import keys, outbox, services
from grader.lti.models import LineItem, LtiUser, Platform, PostState, ScorePost
from grader.submissions import grading
from grader.submissions.live import redis_client
from grader.submissions.models import Submission
from tests.grader.rows import outcome, queue
from tests.lti.conftest import register
from tests.lti.platform import AGS, CLAIM, INSTRUCTOR, LEARNER

pytestmark = pytest.mark.django_db


@pytest.fixture
def student(visit, exercise, platform):
    """A person of the platform who came over a link with a column for grades."""
    answer = visit().launch(**platform.ags())
    assert answer.status_code == 302
    return LtiUser.objects.get().user


def grade(user, score=10.0, **fields):
    """A submission of the user's that is graded, as the pipeline does it."""
    assignment = Assignment.objects.select_related("exercise").get(course__enrollments__user=user)
    submission = queue(user, assignment.exercise, assignment=assignment, **fields)
    submission.claim()
    assert grading.conclude(submission, outcome(score))
    return submission


def send_all(rounds=1):
    """What workers do; time does not pass between two rounds, it is moved."""
    for _ in range(rounds):
        ScorePost.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        for pk in ScorePost.objects.filter(state=PostState.PENDING).values_list("pk", flat=True):
            outbox.send(pk)


def shares(platform):
    """What the platform took, of 1."""
    return [round(score["scoreGiven"] / score["scoreMaximum"], 6) for score in platform.scores]


def let_seconds_pass(platform):
    """The last scores were sent a while ago."""
    for post in ScorePost.objects.exclude(stamp=None):
        ScorePost.objects.filter(pk=post.pk).update(stamp=post.stamp - timedelta(minutes=1))
    platform.latest.clear()


def test_a_score_arrives_once_at_its_line_item(student, platform):
    submission = grade(student, 7.5)
    assert not platform.scores, "nothing is sent in the transaction that grades"
    send_all(3)
    (score,) = platform.scores
    assert score["path"] == "/lineitems/1/lineitem/scores?type_id=3"
    assert score["userId"] == "person-1" and score["gradingProgress"] == "FullyGraded"
    assert score["scoreGiven"] / score["scoreMaximum"] == 0.75
    assert score["submission"]["submittedAt"][:19] == submission.created_at.strftime("%Y-%m-%dT%H:%M:%S")
    assert score["timestamp"].endswith(".000Z")
    assert set(score) <= {
        "userId", "scoreGiven", "scoreMaximum", "activityProgress", "gradingProgress", "timestamp", "submission", "path",
    }  # fmt: skip
    assert ScorePost.objects.get().state == PostState.SENT


def test_the_note_stands_and_falls_with_the_result(student):
    try:
        with transaction.atomic():
            grade(student)
            assert ScorePost.objects.filter(state=PostState.PENDING).exists()
            raise RuntimeError
    except RuntimeError:
        pass
    assert not ScorePost.objects.exists()


def test_only_the_latest_counts_and_is_sent(student, platform):
    grade(student, 2)
    grade(student, 9)
    grade(student, 4)
    send_all()
    assert shares(platform) == [0.9]
    grade(student, 5)
    send_all()
    assert len(platform.scores) == 1, "the best one counts, and is there"


def test_overrides_extensions_rules_and_regrades_are_sent(student, platform):
    course = Course.objects.get(enrollments__user=student)
    assignment = course.assignments.get()
    assignment.points, assignment.late_percent = 100, 10
    assignment.due_at = timezone.now() - timedelta(hours=30)
    assignment.save()
    grade(student)
    send_all()
    assert platform.scores[-1]["scoreGiven"] == 80

    def then(points):
        let_seconds_pass(platform)
        send_all()
        assert platform.scores[-1]["scoreGiven"] == points

    Extension.objects.create(
        assignment=assignment, user=student, due_at=timezone.now() + timedelta(days=1), reason="ill"
    )
    then(100)
    Override.objects.create(assignment=assignment, user=student, points=55, reason="spoken")
    then(55)
    Override.objects.create(assignment=assignment, user=student, points=None, reason="withdrawn")
    then(100)
    Assignment.objects.filter(pk=assignment.pk).update(points=50)
    assert outbox.reconcile() == 1
    then(50)
    assert outbox.reconcile() == 0
    Extension.objects.all().delete()
    then(40)


def test_timestamps_are_a_second_apart_and_never_in_the_future(student, platform):
    for score in (1, 2, 3, 4):
        grade(student, score)
        send_all()
    post = ScorePost.objects.get()
    assert post.stamp <= timezone.now()
    time.sleep(1.1)
    send_all()
    sent = shares(platform)
    assert (sent[0], sent[-1]) == (0.1, 0.4), "the latest arrives; those of one second between may be passed over"
    stamps = [datetime.fromisoformat(score["timestamp"]).replace(microsecond=0) for score in platform.scores]
    assert stamps == sorted(set(stamps))


def test_a_lost_answer_is_not_a_second_score(student, platform):
    platform.swallow = 1
    grade(student)
    send_all()
    post = ScorePost.objects.get()
    assert post.state == PostState.PENDING and len(platform.scores) == 1
    send_all()
    post.refresh_from_db()
    assert post.state == PostState.SENT and len(platform.scores) == 1
    assert [path for _, path in platform.requests].count("/lineitems/1/lineitem/scores?type_id=3") == 2


def test_a_repeated_request_that_is_refused_is_made_anew(student, platform):
    """Open edX says 400 to a timestamp that it has; others may have failed after they had noted it."""
    platform.swallow, platform.answers = 1, [200, 400]
    grade(student)
    send_all()
    assert ScorePost.objects.get().state == PostState.PENDING and len(platform.scores) == 1
    send_all()
    let_seconds_pass(platform)
    send_all()
    assert ScorePost.objects.get().state == PostState.SENT and shares(platform) == [1, 1]


def test_a_newer_score_at_the_platform_is_no_failure(student, platform):
    platform.answers = [409]
    grade(student)
    send_all(2)
    assert ScorePost.objects.get().state == PostState.SUPERSEDED


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_the_platform_refuses_is_kept_in_its_words(student, platform, status):
    platform.answers = [status] * 3
    grade(student)
    send_all(3)
    post = ScorePost.objects.get()
    assert (post.state, post.status) == (PostState.REFUSED, status)
    assert f"you get a {status}" in post.answer
    outbox.send_again(ScorePost.objects.all())
    platform.answers = []
    let_seconds_pass(platform)
    send_all()
    assert len(platform.scores) == 1


def test_a_platform_that_is_down_gets_it_later_and_is_left_in_peace(student, registered, platform):
    platform.answers = [503] * 5
    grade(student)
    send_all(20)
    assert platform.answers == [] and not platform.scores
    registered.refresh_from_db()
    assert registered.failures == 5 and registered.rests_until > timezone.now()
    Platform.objects.update(rests_until=timezone.now())
    send_all()
    registered.refresh_from_db()
    assert len(platform.scores) == 1 and registered.failures == 0


def test_after_three_days_somebody_has_to_decide(student, platform):
    grade(student)
    platform.answers = [500]
    ScorePost.objects.update(pending_since=timezone.now() - timedelta(days=3, minutes=1))
    send_all()
    assert ScorePost.objects.get().state == PostState.GIVEN_UP


def test_waits_grow_with_jitter():
    for tries in range(40):
        longest = min(2.0 * 2.0 ** min(tries, 20), 3600)
        assert longest / 2 <= outbox.delay_s(tries) <= longest
    assert len({outbox.delay_s(5) for _ in range(20)}) > 10


def test_two_workers_do_not_send_the_same(student, platform):
    grade(student)
    post = ScorePost.objects.get()
    assert outbox.claim(post.pk) is not None
    assert outbox.claim(post.pk) is None and not outbox.send(post.pk)
    assert outbox.sweep() == 0
    ScorePost.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # its worker was killed
    assert outbox.sweep() == 1 and outbox.send(post.pk)
    assert len(platform.scores) == 1


def test_a_change_while_it_is_sent_is_sent_too(student, platform):
    grade(student, 3)
    post = outbox.claim(ScorePost.objects.get().pk)
    grade(student, 8)
    outbox.deliver(post)  # works out the latest score, but was noted before
    post.refresh_from_db()
    assert post.state == PostState.PENDING and post.revision > post.sent_revision
    send_all()
    assert ScorePost.objects.get().state == PostState.SENT
    assert shares(platform) == [0.8]


def test_teachers_have_no_scores(visit, exercise, platform):
    visit().launch(INSTRUCTOR, **platform.ags())
    teacher = LtiUser.objects.get().user
    grade(teacher)
    assert not ScorePost.objects.exists()


def test_whoever_becomes_a_teacher_meanwhile_is_not_sent(student, platform):
    grade(student)
    Enrollment.objects.update(role=Role.INSTRUCTOR)
    send_all()
    assert not platform.scores


def test_work_from_before_the_column_is_sent_when_it_appears(
    visit, exercise, platform, django_capture_on_commit_callbacks
):
    visit().launch()
    grade(LtiUser.objects.get().user)
    assert not ScorePost.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        visit().launch(INSTRUCTOR, sub="teacher", **platform.ags())
    send_all()
    assert len(platform.scores) == 1


def test_a_missing_line_item_is_found_or_made(visit, exercise, platform):
    visit().launch(**platform.ags(lineitem=None))
    student = LtiUser.objects.get().user
    grade(student)
    send_all()
    (item,) = platform.line_items
    assert item["resourceLinkId"] == "link-1" and item["scoreMaximum"] > 0
    assert platform.scores[0]["path"] == "/lineitems/1/lineitem/scores"
    LineItem.objects.update(url="")
    grade(student, 9.0, seed=5)
    Override.objects.create(
        assignment=Assignment.objects.get(lti_links__isnull=False), user=student, points=1, reason="x"
    )
    let_seconds_pass(platform)
    send_all()
    assert len(platform.line_items) == 1 and len(platform.scores) == 2


def test_without_the_right_to_send_nothing_is_noted(visit, exercise, platform):
    visit().launch(**platform.ags(scope=["https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"]))
    grade(LtiUser.objects.get().user)
    assert not ScorePost.objects.exists()


def test_services_in_private_networks_are_not_asked(visit, exercise, platform, settings):
    settings.LTI_PRIVATE_HOSTS = False
    for host in ("http://10.0.0.1/item", "https://192.168.1.1/item", "https://localhost/item", "file:///etc/passwd"):
        visit().launch(**{AGS: {"scope": platform.ags()[AGS]["scope"], "lineitem": host}})
    assert not LineItem.objects.exists()


def test_one_token_for_many_calls_of_one_registration(student, registered, platform):
    first = services.access_token(registered, (services.SCORE,))
    assert services.access_token(registered, (services.SCORE,)) == first and len(platform.tokens) == 1
    assert services.access_token(registered, (services.RESULT,)) != first
    platform.client_id = "second"
    assert services.access_token(register(platform), (services.SCORE,)) != first
    assertion = platform.tokens[0]["client_assertion"]
    key = jwt.PyJWK(keys.keyset()["keys"][0]).key
    claims = jwt.decode(assertion, key, algorithms=["RS256"], audience=f"{platform.url}/token")
    assert claims["iss"] == claims["sub"] == "gradus-client" and claims["jti"]
    assert not any(first.encode() in value for value in map(redis_client().get, redis_client().keys("lti:token:*")))


def test_a_token_that_is_not_taken_any_more_is_replaced(student, platform):
    grade(student)
    platform.answers = [401]
    send_all()
    assert len(platform.scores) == 1 and len(platform.tokens) == 2


def test_a_course_of_another_platform_hears_nothing(student, platform, people, exercise):
    grade_of = Assignment.objects.get(course__slug="autograd")
    submission = queue(people["student"], exercise, assignment=grade_of)
    submission.claim()
    grading.conclude(submission, outcome())
    assert not ScorePost.objects.exists() and Submission.objects.get(pk=submission.pk).score is not None


def test_links_without_an_exercise_have_no_scores(visit, exercise, platform):
    visit().launch(LEARNER, **{CLAIM + "custom": None}, **platform.ags())
    assert outbox.note_all(LineItem.objects.get().pk) == 0


def test_teachers_see_what_did_not_arrive_and_send_it_again(student, platform, visit, browse):
    platform.answers = [403]
    grade(student)
    send_all()
    teacher = visit()
    teacher.launch(INSTRUCTOR, sub="teacher", given_name="Grace", **platform.ags())
    page = f"/courses/{Course.objects.get(enrollments__user=student).slug}/platform/"
    text = teacher.browser.get(page).content.decode()
    assert "you get a 403 &lt;b&gt;today" in text and "1 grade did not arrive" in text and "Ada Lovelace" in text
    learner = visit()
    learner.launch()
    for stranger in (learner.browser, browse("teacher"), browse("nobody")):
        assert stranger.get(page).status_code == 404
        assert stranger.post(page + "send/").status_code == 404
    post = ScorePost.objects.get()
    assert teacher.browser.post(page + "send/", {"post": post.pk}).status_code == 302
    let_seconds_pass(platform)
    send_all()
    assert len(platform.scores) == 1 and "1 grade did not" not in teacher.browser.get(page).content.decode()
    assert teacher.browser.post(page + "send/").status_code == 302


def test_what_kept_a_grade_is_told_in_the_readers_language(student, platform, visit):
    teacher = visit()
    teacher.launch(INSTRUCTOR, sub="teacher", **platform.ags())
    page = f"/courses/{Course.objects.get(enrollments__user=student).slug}/platform/"

    def shown(**changes):
        ScorePost.objects.update(status=None, **changes)
        return teacher.browser.get(page, headers={"accept-language": "zh-TW"}).content.decode()

    grade(student)
    assert "平台沒有這個連結的成績欄" in shown(state=PostState.REFUSED, answer=outbox.NO_LINE_ITEM)
    assert "無法通知平台：no end at lms" in shown(state=PostState.GIVEN_UP, answer="no end at lms")


def test_the_page_of_grades_costs_the_same_for_many(student, platform, visit, django_assert_max_num_queries):
    grade(student)
    teacher = visit()
    teacher.launch(INSTRUCTOR, sub="teacher")
    course = Course.objects.get(enrollments__user=student)
    item = LineItem.objects.get()
    for number in range(20):
        visit().launch(sub=f"more-{number}")
    outbox.note_rows(item, LtiUser.objects.filter(sub__startswith="more").values_list("pk", flat=True))
    with django_assert_max_num_queries(14):
        text = teacher.browser.get(f"/courses/{course.slug}/platform/").content.decode()
    assert text.count("on its way") >= 20
