"""The outbox: what platforms are to know is noted with the change itself, and sent until it has arrived.

Of each student and line item there is one row. It never holds a score that is on its way: that is worked out when it is
sent, so that the platform always gets the latest one. A row is sent by one worker at a time.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from grader.courses.models import Assignment, Enrollment, Override, Role
from grader.courses.standing import Standing, standing_of, standings
from grader.lti import services
from grader.lti.models import LineItem, LtiUser, Platform, PostState, ScorePost
from grader.lti.outbound import Unreachable
from grader.submissions.models import Purpose, Submission

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=90)  # longer than a token and a score take, timeouts included
GIVE_UP = timedelta(days=3)
FIRST_DELAY_S, LONGEST_DELAY_S = 2.0, 3600.0
PATIENCE = 5  # failures in a row, then the platform is left in peace for a while
FIRST_REST_S, LONGEST_REST_S = 10.0, 600.0
AT_ONCE = 500

NO_LINE_ITEM = gettext_noop("The platform has no column for this link, and does not let Gradus make one.")


# --- noting -----------------------------------------------------------------------------------------------------------


def note_change(user: int | None, assignment: int | None) -> int:
    """In the caller's transaction: what the user has reached in the assignment may have changed.

    Without `user`: for every student of whom something was sent or reached. The number of rows.
    """
    if assignment is None:
        return 0
    items = LineItem.objects.filter(link__assignment=assignment)
    return sum(note_item(item, user) for item in items.select_related("link__context__deployment", "link__assignment"))


def note_all(item_pk: int) -> int:
    """Everybody's score of a line item, for one that is new or that somebody wants sent again."""
    item = LineItem.objects.select_related("link__context__deployment", "link__assignment").filter(pk=item_pk).first()
    return note_item(item, None) if item else 0


def students_of(item: LineItem, user: int | None) -> QuerySet[LtiUser]:
    """The platform's people who study in the link's course."""
    assignment = item.link.assignment
    assert assignment is not None
    students = Enrollment.objects.filter(course=assignment.course_id, role=Role.STUDENT)
    if user is not None:
        students = students.filter(user=user)
    return LtiUser.objects.filter(platform=item.link.context.deployment.platform_id, user__in=students.values("user"))


def note_item(item: LineItem, user: int | None) -> int:
    if item.link.assignment_id is None or services.SCORE not in item.scopes:
        return 0
    people = list(students_of(item, user).values_list("pk", flat=True))
    if user is None:
        people = worth_telling(item, people)
    return note_rows(item, people)


def worth_telling(item: LineItem, people: list[int]) -> list[int]:
    """Those who handed something in, or got points, or of whom the platform knows."""
    made = Submission.objects.filter(assignment=item.link.assignment_id, purpose=Purpose.SUBMIT)
    given = Override.objects.filter(assignment=item.link.assignment_id)
    known = Q(user__in=made.values("user")) | Q(user__in=given.values("user"))
    known |= Q(pk__in=ScorePost.objects.filter(line_item=item).values("person"))
    return list(LtiUser.objects.filter(known, pk__in=people).values_list("pk", flat=True))


def note_rows(item: LineItem, people: Iterable[int]) -> int:
    """A newer revision for each, made where there is none; sent once this is committed."""
    people = list(people)
    if not people:
        return 0
    now = timezone.now()
    with transaction.atomic():
        rows = [ScorePost(line_item=item, person_id=person) for person in people]
        ScorePost.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        mine = ScorePost.objects.filter(line_item=item, person__in=people)
        mine.exclude(state=PostState.PENDING).update(pending_since=now)
        mine.update(state=PostState.PENDING, revision=F("revision") + 1, due_at=now, tries=0)
        enqueue(list(mine.values_list("pk", flat=True)))
    return len(people)


def enqueue(pks: Iterable[int], countdown_s: float = 0) -> None:
    """Once committed. A broker that is down is survived: the sweep finds what is due."""
    from grader.lti.tasks import send

    def offer() -> None:
        for pk in pks:
            send.apply_async([pk], queue="lti", countdown=countdown_s or None)

    transaction.on_commit(offer, robust=True)


def sweep() -> int:
    """Offer again what is due: whoever had it is gone, or the broker lost it."""
    now = timezone.now()
    due = ScorePost.objects.filter(state=PostState.PENDING, due_at__lte=now)
    pks = list(due.filter(free(now)).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    enqueue(pks)
    return len(pks)


def free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=now)


def send_again(posts: QuerySet[ScorePost]) -> int:
    """Somebody asks for it: whatever was answered so far, and as if nothing had arrived."""
    now = timezone.now()
    with transaction.atomic():
        pks = list(posts.values_list("pk", flat=True))
        ScorePost.objects.filter(pk__in=pks).update(
            state=PostState.PENDING, revision=F("revision") + 1, due_at=now, pending_since=now, tries=0, arrived=None,
            body=None,
        )  # fmt: skip
        enqueue(pks)
    return len(pks)


# --- sending ----------------------------------------------------------------------------------------------------------


def claim(pk: int) -> ScorePost | None:
    """The row for this worker alone, while the lease lasts. None when it is not due, or somebody else has it."""
    now = timezone.now()
    mine = ScorePost.objects.filter(free(now), pk=pk, state=PostState.PENDING, due_at__lte=now)
    lease = now + LEASE
    if not mine.update(leased_until=lease, tries=F("tries") + 1):
        return None
    linked = "line_item__link__context__deployment__platform", "line_item__link__assignment__course", "person__user"
    post = ScorePost.objects.select_related(*linked).get(pk=pk)
    return post if post.leased_until == lease else None


def held(post: ScorePost) -> QuerySet[ScorePost]:
    """The row as long as this worker's lease holds."""
    return ScorePost.objects.filter(pk=post.pk, leased_until=post.leased_until)


def send(pk: int) -> bool:
    """Tell the platform of one row. False when there was nothing to do."""
    post = claim(pk)
    if post is None:
        return False
    platform = post.line_item.platform
    now = timezone.now()
    if platform.rests_until and platform.rests_until > now:
        put_back(post, (platform.rests_until - now).total_seconds() + random.uniform(0, 5), counts=False)
        return False
    try:
        deliver(post)
    except (Unreachable, services.NoToken) as error:
        failed(platform)
        try_later(post, str(error))
    except services.NoLineItem:
        end(post, PostState.REFUSED, answer=NO_LINE_ITEM)
    except services.Answered as answer:
        answered(post, platform, answer)
    else:
        recovered(platform)
    return True


def deliver(post: ScorePost) -> None:
    """Work out the score and send it, unless that is what the platform has. Raises as the services do."""
    assignment = post.line_item.link.assignment
    if assignment is None or not is_student(post, assignment):
        end(post, PostState.SENT)
        return
    standing = standing_of(post.person.user, assignment)
    body = score_body(post, standing)
    if body is None or body == post.arrived:
        end(post, PostState.SENT)
        return
    if not services.need_url(post.line_item, label_of(post.line_item, assignment), standing.max_points):
        put_back(post, 2, counts=False)
        return
    services.access_token(post.line_item.platform, (services.SCORE,))  # before the request is dated
    if not stamp(post, body):
        return
    assert post.stamp is not None
    answer = services.post_score(post.line_item, {**body, "timestamp": iso(post.stamp)})
    end(post, PostState.SENT, status=answer.status_code, arrived=body)


def label_of(item: LineItem, assignment: Assignment) -> str:
    """What the platform's column is called, where it has to be made."""
    if item.url or item.link.title:
        return item.link.title
    current = assignment.exercise.current
    return str(current.title(assignment.course.language)) if current else assignment.exercise.slug


def is_student(post: ScorePost, assignment: Assignment) -> bool:
    """Platforms refuse the scores of teachers and of those who left."""
    here = Enrollment.objects.filter(user=post.person.user_id, course=assignment.course_id, role=Role.STUDENT)
    return here.exists()


def score_body(post: ScorePost, standing: Standing) -> dict[str, Any] | None:
    """What the platform is to hold. None: there is nothing to tell, and nothing was told.

    Only final scores are told: anything else would wipe the grade that is there. Nothing is said of how it came about.
    """
    if standing.points is None or standing.max_points <= 0:
        if post.arrived is None or "scoreGiven" not in post.arrived:
            return None
        return {"userId": post.person.sub, "activityProgress": "Initialized", "gradingProgress": "NotReady"}
    body: dict[str, Any] = {
        "userId": post.person.sub,
        "scoreGiven": standing.points,
        "scoreMaximum": standing.max_points,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    if standing.submitted_at:
        body["submission"] = {"submittedAt": iso(standing.submitted_at)}
    return body


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_repeated(post: ScorePost, body: dict[str, Any] | None) -> bool:
    """Whether this very request went out before, and nobody knows whether it arrived."""
    return post.body == body and post.stamp is not None and post.status is None


def stamp(post: ScorePost, body: dict[str, Any]) -> bool:
    """Write down what goes out, and when it was so. False when it must wait for the next second.

    Platforms refuse a score that is not at least a whole second newer than the last; one from the future would make
    them refuse all that follow. A request that is repeated, since its answer was lost, keeps its timestamp.
    """
    post.is_repeat = is_repeated(post, body)
    if post.is_repeat:
        return True
    now = timezone.now().replace(microsecond=0)
    if post.stamp is not None and post.stamp >= now:
        put_back(post, (post.stamp - now).total_seconds() + 1, counts=False)
        return False
    post.stamp, post.body = now, body
    return bool(held(post).update(stamp=now, body=body, status=None, answer="", answered_at=None))


# --- afterwards -------------------------------------------------------------------------------------------------------


def end(post: ScorePost, state: PostState, **values: Any) -> None:
    """Done with this revision. What was noted meanwhile stays pending and is offered at once."""
    values = {"answer": "", "answered_at": timezone.now(), **values}
    with transaction.atomic():
        if not held(post).update(leased_until=None, sent_revision=post.revision, **values):
            return
        if not ScorePost.objects.filter(pk=post.pk, revision=post.revision).update(state=state):
            enqueue([post.pk])


def put_back(post: ScorePost, delay_s: float, *, counts: bool = True, **values: Any) -> None:
    """Pending again, from then on."""
    due_at = timezone.now() + timedelta(seconds=delay_s)
    with transaction.atomic():
        tries = post.tries if counts else post.tries - 1
        if held(post).update(leased_until=None, due_at=due_at, tries=max(0, tries), **values):
            enqueue([post.pk], countdown_s=min(delay_s, 600))


def delay_s(tries: int) -> float:
    """Doubling, with jitter, so that a class does not come back at the same moment."""
    longest = min(FIRST_DELAY_S * 2.0 ** min(tries, 20), LONGEST_DELAY_S)
    return random.uniform(longest / 2, longest)


def try_later(post: ScorePost, why: str, at_least_s: float = 0, status: int | None = None) -> None:
    """Again after a while; after three days the teacher decides.

    The status is kept apart from the answer: as long as nobody knows whether the request arrived, there is none.
    """
    told = {"answer": why[:500], "answered_at": timezone.now()}
    if status is not None:
        told["status"] = status
    if timezone.now() - post.pending_since > GIVE_UP:
        end(post, PostState.GIVEN_UP, **told)
    else:
        put_back(post, max(at_least_s, delay_s(post.tries)), **told)


def answered(post: ScorePost, platform: Platform, answer: services.Answered) -> None:
    """The platform said no: to be repeated, outdated, or for the teacher."""
    if answer.status >= 500 or answer.status in (408, 429):
        if answer.status != 429:
            failed(platform)
        # After 429 nothing was taken for certain: the next try is a new request with a new timestamp.
        try_later(post, answer.words, answer.retry_after_s, answer.status if answer.status == 429 else None)
        return
    recovered(platform)
    if answer.status == 409 and post.is_repeat:
        end(post, PostState.SENT, status=409, arrived=post.body)  # it had arrived after all
    elif post.is_repeat:
        # Some platforms say 400 to what they have already, and some failed halfway. A request of its own tells.
        put_back(post, 1, status=answer.status, answer=answer.words, answered_at=timezone.now())
    elif answer.status == 409:
        end(post, PostState.SUPERSEDED, status=409, answer=answer.words)
    else:
        end(post, PostState.REFUSED, status=answer.status, answer=answer.words)
    logger.info("LTI score %s: status %d: %s", post.pk, answer.status, answer.words)


def failed(platform: Platform) -> None:
    """After some failures in a row nothing is sent for a while, longer each time."""
    Platform.objects.filter(pk=platform.pk).update(failures=F("failures") + 1)
    failures = Platform.objects.values_list("failures", flat=True).get(pk=platform.pk)
    if failures >= PATIENCE:
        rest_s = min(FIRST_REST_S * 2.0 ** min(failures - PATIENCE, 10), LONGEST_REST_S)
        Platform.objects.filter(pk=platform.pk).update(rests_until=timezone.now() + timedelta(seconds=rest_s))


def recovered(platform: Platform) -> None:
    if platform.failures or platform.rests_until:
        Platform.objects.filter(pk=platform.pk).update(failures=0, rests_until=None)


# --- looking after ----------------------------------------------------------------------------------------------------


def reconcile() -> int:
    """Note what moved without a change that is listened to: rules that were changed for many assignments at once.

    The number of rows noted.
    """
    noted = 0
    items = LineItem.objects.exclude(link__assignment=None).filter(link__assignment__course__archived_at=None)
    linked = items.select_related(
        "link__context__deployment__platform", "link__assignment__course", "link__assignment__exercise"
    )
    for item in linked.order_by("pk").iterator(chunk_size=200):
        if services.SCORE not in item.scopes:
            continue
        assignment = item.link.assignment
        assert assignment is not None
        people = {person.user_id: person for person in students_of(item, None)}
        posts = {post.person_id: post for post in ScorePost.objects.filter(line_item=item)}
        stale = []
        for (user, _assignment), standing in standings(assignment.course, assignment=assignment.pk).items():
            person = people.get(user)
            if person is None:
                continue
            post = posts.get(person.pk) or ScorePost(line_item=item, person=person)
            if post.pk and post.state != PostState.SENT:
                continue
            post.person = person
            body = score_body(post, standing)
            if body is not None and body != post.arrived:
                stale.append(person.pk)
        noted += note_rows(item, stale)
    return noted


def problem_of(post: ScorePost) -> str:
    """What a teacher reads beside a score that did not arrive: the platform's words, or why there are none."""
    if post.status:
        return f"{post.status}: {post.answer}"
    if post.answer in ("", NO_LINE_ITEM):
        return gettext(NO_LINE_ITEM) if post.answer else ""
    return gettext("The platform could not be told: %(detail)s") % {"detail": post.answer}
