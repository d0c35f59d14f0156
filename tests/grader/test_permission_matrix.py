"""Who gets what: everybody × every URL × every method. A URL without a line in the table fails.

A new URL needs a line in TABLE: its name, an address in the world of `scene`, and for GET and POST who is let in and
what they get. Whoever is not let in gets a 404, who is not logged in is sent to the login, and a method that the line
does not name is refused (405). HEAD is as GET, or refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from exercises.format import bundled, load
from grader.api import tokens
from grader.authoring import proving, trials
from grader.authoring.models import create_workspace
from grader.courses.models import Assignment, Course, Enrollment, Extension, Role, Section
from grader.dashboard import block_runs
from grader.gradebook.models import Comment
from grader.lti.models import Context, Deployment, Platform, ResourceLink
from grader.regrading import engine
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")

# The people of the matrix; "stranger" studies, and "colleague" teaches, in another course, where the exercise is not set.
PEOPLE = ("anonymous", "student", "stranger", "assistant", "instructor", "colleague", "administrator")
ANYBODY = frozenset(PEOPLE)
NOBODY: frozenset[str] = frozenset()
LOGGED_IN = ANYBODY - {"anonymous"}
ADMINISTRATOR = frozenset({"administrator"})
INSTRUCTORS = ADMINISTRATOR | {"instructor"}
TEACHERS = INSTRUCTORS | {"assistant"}
MEMBERS = TEACHERS | {"student"}
# Exercises are open to whoever teaches anywhere: they choose from them what to set.
READERS = MEMBERS | {"colleague"}
# Whoever sets exercises anywhere may write some.
AUTHORS = INSTRUCTORS | {"colleague"}
# What belongs to the student, or to the instructor, alone.
STUDENT = frozenset({"student"})
OWNER = frozenset({"instructor"})


@dataclass(frozen=True)
class Entry:
    """What who is let in gets for one method: a status, or one of several. `data` is what is sent."""

    who: frozenset[str]
    status: int | tuple[int, ...] = 200
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def statuses(self) -> tuple[int, ...]:
        return self.status if isinstance(self.status, tuple) else (self.status,)


@dataclass(frozen=True)
class Line:
    """One URL. `path` is filled in from the scene; `other` is what further methods give to who is logged in."""

    path: str
    get: Entry | None = None
    post: Entry | None = None
    put: Entry | None = None
    options: Entry | None = None
    public: bool = False
    other: int | tuple[int, ...] = 405


def page(path: str, who: frozenset[str], status: int = 200) -> Line:
    """To be read only."""
    return Line(path, get=Entry(who, status))


def form(path: str, who: frozenset[str], data: dict[str, Any], status: int | tuple[int, ...] = 302) -> Line:
    """A form that shows itself and takes `data`."""
    return Line(path, get=Entry(who), post=Entry(who, status, data))


def action(
    path: str, who: frozenset[str], data: dict[str, Any] | None = None, status: int | tuple[int, ...] = 302
) -> Line:
    """To be posted to only."""
    return Line(path, post=Entry(who, status, data or {}))


COURSE = "/courses/autograd/"
EXERCISE = f"/exercises/{SLUG}/"
DRAFT = "/authoring/{draft}/"
NEW = {"title": "New", "slug": "brand-new", "time_zone": "Asia/Taipei", "language": "en"}
RULES = {
    "late_percent": "10", "grace_minutes": "5", "floor_percent": "50", "cooldown_s": "0", "counted": "best"
}  # fmt: skip

TABLE: dict[str, Line] = {
    # The start page, accounts and health.
    "home": Line("/", get=Entry(ANYBODY, 302), public=True),
    "login": Line(
        "/accounts/login/", get=Entry(ANYBODY, (200, 302)), post=Entry(ANYBODY, (200, 302)),
        put=Entry(ANYBODY, (200, 302)), options=Entry(ANYBODY, (200, 302)), public=True, other=(302, 405)
    ),
    "admin_login": Line(
        "/admin/login/", get=Entry(ANYBODY, (302, 404)), public=True, other=(302, 404)
    ),
    "logout": Line("/accounts/logout/", post=Entry(LOGGED_IN, 302), options=Entry(LOGGED_IN)),
    "set_password": Line(
        "/accounts/set-password/MQ/wrong-token/", get=Entry(ANYBODY), post=Entry(ANYBODY), put=Entry(ANYBODY),
        options=Entry(ANYBODY), public=True, other=200
    ),
    "set_language": Line(
        "/i18n/setlang/", get=Entry(ANYBODY, 302), post=Entry(ANYBODY, 302, {"language": "en"}), put=Entry(ANYBODY, 302),
        options=Entry(ANYBODY, 302), public=True, other=302
    ),
    "livez": Line("/livez", get=Entry(ANYBODY), public=True),
    "readyz": Line("/readyz", get=Entry(ANYBODY), public=True),
    "healthz": Line("/healthz", get=Entry(ANYBODY, (200, 503)), public=True),
    "metrics": Line("/metrics", get=Entry(NOBODY), public=True, other=404),
    "status": page("/status/", TEACHERS | {"colleague"}),
    # What one reads and works on.
    "dashboard": page("/dashboard/", LOGGED_IN),
    "catalogue": page("/exercises/", LOGGED_IN),
    "chapter": page("/chapters/3/", LOGGED_IN),
    "run_block": action("/chapters/3/run/", LOGGED_IN, {"source": "1"}, 202),
    "block_run": page("/chapters/runs/{run}/", STUDENT),
    "exercise": page(EXERCISE, READERS),
    "attempts": page(EXERCISE + "attempts/", READERS),
    "draft": Line(
        EXERCISE + "draft/",
        post=Entry(READERS, 200, {"source": "x", "revision": "0"}),
        put=Entry(READERS, 400),
    ),
    "run": action(EXERCISE + "run/", READERS, {"source": "x = 1"}, 302),
    "submit": action(EXERCISE + "submit/", READERS, {"source": "x = 1"}, 302),
    "submission": page("/submissions/{submission}/", MEMBERS),
    "submission_traced": page("/submissions/{submission}/traced/", MEMBERS),
    "submission_status": page("/submissions/{submission}/status/", MEMBERS),
    "export": action("/export/", LOGGED_IN, status=(200, 429)),
    "tokens": form("/account/tokens/", LOGGED_IN, {"name": "laptop", "scopes": "read", "days": "30"}, 200),
    "token_revoke": action("/account/tokens/{token}/revoke/", STUDENT),
    # Courses.
    "courses": page("/courses/", LOGGED_IN),
    "course_new": form("/courses/new/", ADMINISTRATOR, NEW),
    "course": page(COURSE, MEMBERS),
    "course_edit": form(COURSE + "edit/", INSTRUCTORS, {"title": "T", "time_zone": "UTC", "language": "en"}),
    "course_copy": form(COURSE + "copy/", ADMINISTRATOR, {"title": "T", "slug": "copied", "shift_days": "7"}),
    "course_archive": form(COURSE + "archive/", INSTRUCTORS, {}),
    "course_members": page(COURSE + "members/", TEACHERS),
    "member_invite": form(COURSE + "members/invite/", INSTRUCTORS, {"text": "username\nnewcomer\n"}, 200),
    "course_member": Line(
        COURSE + "members/{member}/", get=Entry(TEACHERS), post=Entry(INSTRUCTORS, 302, {"role": "assistant"})
    ),
    "member_remove": form(COURSE + "members/{member}/remove/", INSTRUCTORS, {}),
    "member_link": action(COURSE + "members/{member}/link/", INSTRUCTORS),
    "course_sections": form(COURSE + "sections/", INSTRUCTORS, {"name": "Tuesday"}),
    "course_join_code": action(COURSE + "join-code/", INSTRUCTORS, {"renew": "1"}),
    "join": Line("/join/{code}/", get=Entry(LOGGED_IN, (200, 302)), post=Entry(LOGGED_IN, 302)),
    # What is set.
    "assignments": page(COURSE + "assignments/", TEACHERS),
    "assignments_add": form(COURSE + "assignments/add/", INSTRUCTORS, {}, 422),
    "assignments_order": action(COURSE + "assignments/order/", INSTRUCTORS),
    "assignments_rules": action(
        COURSE + "assignments/rules/", INSTRUCTORS, {"assignments": "{assignment}", "set_late": "1", **RULES}
    ),
    "assignment": form(COURSE + "assignments/{assignment}/", INSTRUCTORS, {"weight": "1", **RULES}),
    "assignment_remove": form(COURSE + "assignments/{assignment}/remove/", INSTRUCTORS, {}),
    "extensions": page(COURSE + "extensions/", TEACHERS),
    "extension_new": form(
        COURSE + "extensions/new/", TEACHERS,
        {"user": "{classmate}", "assignment": "{assignment}", "extra_attempts": "1", "reason": "ill"},
    ),
    "extension": form(COURSE + "extensions/{extension}/", TEACHERS, {"extra_attempts": "2", "reason": "ill"}),
    # Grades.
    "gradebook": page(COURSE + "gradebook/", TEACHERS),
    "gradebook_export": action(COURSE + "gradebook/export/", INSTRUCTORS, {"format": "csv"}, 200),
    "grade_cell": page(COURSE + "gradebook/{user}/{assignment}/", TEACHERS, 302),
    "grades": Line(COURSE + "grades/", get=Entry(MEMBERS, (200, 302))),
    "grade": Line(
        COURSE + "grades/{user}/{assignment}/", get=Entry(TEACHERS),
        post=Entry(INSTRUCTORS, 302, {"points": "1", "reason": "spoken"}),
    ),
    # The tool's own addresses: open to platforms and to whoever they send; none of them tells anything.
    "lti_login": Line("/lti/login/", get=Entry(ANYBODY, 400), post=Entry(ANYBODY, 400), public=True),
    "lti_cookies": Line("/lti/login/cookies/", get=Entry(ANYBODY), public=True),
    "lti_enter": Line("/lti/enter/", post=Entry(ANYBODY, 400, {"ticket": "made-up"}), public=True),
    "lti_launch": Line("/lti/launch/", post=Entry(ANYBODY, 400, {"state": "made-up"}), public=True),
    "lti_jwks": Line("/lti/jwks.json", get=Entry(ANYBODY), public=True),
    "lti_config": Line("/lti/config.json", get=Entry(ANYBODY), public=True),
    "lti_register": Line("/lti/register/", get=Entry(ANYBODY, 400), public=True),
    "lti_setup": page("/lti/setup/", ADMINISTRATOR),
    "lti_pick": form("/lti/pick/unknown/", NOBODY, {}),
    "lti_scores": page(COURSE + "platform/", TEACHERS),
    "lti_link": form(COURSE + "platform/links/{link}/", INSTRUCTORS, {"exercise": SLUG}),
    "lti_scores_send": action(COURSE + "platform/send/", INSTRUCTORS),
    "lti_results": action(COURSE + "platform/results/", TEACHERS),
    "lti_roster": action(COURSE + "platform/roster/", INSTRUCTORS),
    "extension_remove": action(COURSE + "extensions/{extension}/remove/", TEACHERS),
    # Writing exercises: the instructor's own draft, shared with the course.
    "authoring": page("/authoring/", AUTHORS),
    "authoring_new": form("/authoring/new/", AUTHORS, {}, 422),
    "authoring_import": form("/authoring/import/", AUTHORS, {}, 422),
    "authoring_sources": page("/authoring/sources/", AUTHORS),
    "authoring_source": form(f"/authoring/sources/{SLUG}/", AUTHORS, {}),
    "authoring_mutant": form(f"/authoring/mutants/{SLUG}/", AUTHORS, {}, 422),
    "authoring_trial": page("/authoring/trials/{trial}/", OWNER),
    "authoring_check": page("/authoring/checks/{check}/", INSTRUCTORS),
    "draft_edit": form(DRAFT, INSTRUCTORS, {"file": "starter.py", "revision": "1", "text": "x = 1"}),
    "draft_files": action(DRAFT + "files/", INSTRUCTORS, {"do": "remove", "file": "x", "revision": "1"}),
    "draft_preview": action(DRAFT + "preview/", INSTRUCTORS, {"text": "x"}, 200),
    "draft_settings": form(DRAFT + "settings/", INSTRUCTORS, {}, (302, 422)),
    "draft_delete": form(DRAFT + "delete/", INSTRUCTORS, {}),
    "draft_export": page(DRAFT + "export/", INSTRUCTORS),
    "draft_replace": action(DRAFT + "replace/", INSTRUCTORS, {"revision": "1"}),
    "draft_check": form(DRAFT + "check/", INSTRUCTORS, {"seeds": "5"}),
    "draft_try": form(DRAFT + "try/", INSTRUCTORS, {"what": "run", "source": "x"}),
    "draft_publish": form(DRAFT + "publish/", INSTRUCTORS, {}, 422),
    "draft_versions": page(DRAFT + "versions/", INSTRUCTORS),
    "draft_history": form(DRAFT + "history/", INSTRUCTORS, {"number": "1", "revision": "1"}),
    "draft_revision": page(DRAFT + "history/1/", INSTRUCTORS),
    # Regrading, similarity, analytics.
    "regrades": page(COURSE + "regrades/", TEACHERS),
    "regrade_new": form(COURSE + "regrades/new/", INSTRUCTORS, {"assignment": "{assignment}", "reason": "x"}),
    "regrade": page(COURSE + "regrades/{regrade}/", TEACHERS),
    "regrade_decide": action(COURSE + "regrades/{regrade}/decide/", INSTRUCTORS, {"decision": "discard"}),
    "similar": page(COURSE + "assignments/{assignment}/similar/", TEACHERS),
    "similar_pair": page(COURSE + "assignments/{assignment}/similar/{submission}/{second}/", TEACHERS),
    "analytics": page(COURSE + "analytics/", TEACHERS),
    "analytics_exercise": page(COURSE + "analytics/{assignment}/", TEACHERS),
    "hint_opened": action(EXERCISE + "hints/1/", READERS, {}, (204, 404)),
    # Grades, remarks, the audit.
    "course_submissions": page(COURSE + "submissions/", TEACHERS),
    "comment_new": action("/submissions/{submission}/comments/", TEACHERS, {"text": "Well done", "line": "0"}),
    "comment_remove": action("/submissions/{submission}/comments/{comment}/remove/", INSTRUCTORS),
    "submission_flag": action("/submissions/{submission}/flag/", TEACHERS, {}),
    "audit": page(COURSE + "audit/", INSTRUCTORS),
    "erase_user": form("/people/erase/", ADMINISTRATOR, {}, (200, 302, 422)),
}  # fmt: skip
# For programs: a session opens nothing there, whoever's it is. Who may what by a token is in test_api.py.
TABLE |= {
    "api:reference": Line("/api/v1/", get=Entry(ANYBODY), public=True),
    "api:openapi": Line("/api/v1/openapi.json", get=Entry(ANYBODY), public=True),
    "api:hand_in": Line(f"/api/v1/courses/autograd/assignments/{SLUG}/submissions", post=Entry(ANYBODY, 401), public=True),
    "api:unknown": Line(
        "/api/v1/nothing", get=Entry(ANYBODY, 404), post=Entry(ANYBODY, 404), put=Entry(ANYBODY, 404),
        options=Entry(ANYBODY, 404), public=True, other=404
    ),
}  # fmt: skip
TABLE |= {
    f"api:{name}": Line(f"/api/v1/{path}", get=Entry(ANYBODY, 401), public=True)
    for name, path in {
        "list_courses": "courses",
        "list_assignments": "courses/autograd/assignments",
        "get_exercise": f"courses/autograd/assignments/{SLUG}",
        "list_submissions": "submissions",
        "get_submission": "submissions/{submission}",
        "get_gradebook": "courses/autograd/gradebook",
    }.items()
}
# Streams end their connection to the database themselves: they have a test of their own.
STREAMS = {"submission_events": page("/submissions/{submission}/events/", MEMBERS)}


@pytest.fixture
def scene(people: dict[str, Any], exercise: Any) -> dict[str, str]:
    """One of each thing that an address can name: all of the course "autograd" and its student."""
    course = Course.objects.get(slug="autograd")
    course.renew_join_code()
    Section.objects.create(course=course, name="Monday")
    for name, role in {"colleague": Role.INSTRUCTOR, "administrator": None}.items():
        people[name] = get_user_model().objects.create_user(name, is_staff=role is None, is_superuser=role is None)
        if role:
            Enrollment.objects.create(user=people[name], course=Course.objects.get(slug="other"), role=role)
    people["instructor"] = people["teacher"]
    assignment = Assignment.objects.get(course=course)
    submission = queue(people["student"], exercise, assignment=assignment)
    submission.claim()
    submission.finish(outcome())
    run = block_runs.start(people["student"], "1")
    extension = Extension.objects.create(
        assignment=assignment, user=people["student"], extra_attempts=1, set_by=people["teacher"], set_at=timezone.now()
    )
    return {
        "submission": str(submission.pk),
        "run": str(run),
        "code": course.join_code,
        "token": str(tokens.make(people["student"], "phone", ["read"], 30)[0].pk),
        "member": str(Enrollment.objects.get(user=people["student"]).pk),
        "user": str(people["student"].pk),
        "classmate": str(people["classmate"].pk),
        "assignment": str(assignment.pk),
        "extension": str(extension.pk),
        "link": str(make_link(course).pk),
        **more_of_the_scene(people, course, assignment, submission),
    }


def more_of_the_scene(
    people: dict[str, Any], course: Course, assignment: Assignment, submission: Any
) -> dict[str, str]:
    """What belongs to the instructor: a draft with its check and trial, a regrade, a remark; and a submission like the first."""
    second = queue(people["classmate"], assignment.exercise, assignment=assignment)
    second.claim()
    second.finish(outcome())
    teacher = people["teacher"]
    files = load(bundled()[SLUG]).files
    draft = create_workspace(slug="own-draft", owner=teacher, files=files, what="created", course=course)
    chosen = engine.choose(course, assignment, None)
    return {
        "student": str(people["student"].pk),
        "second": str(second.pk),
        "draft": str(draft.pk),
        "check": str(proving.request_check(draft, teacher, 5).pk),
        "trial": str(trials.start(draft, teacher, "run", source=b"x = 1")),
        "regrade": str(engine.start(course, assignment.exercise, chosen, teacher, "points doubled").pk),
        "comment": str(Comment.objects.create(submission=submission, author=teacher, text="Look here").pk),
    }


def make_link(course: Course) -> ResourceLink:
    """A link in a learning platform that leads into the course."""
    urls = dict.fromkeys(("auth_url", "token_url", "keyset_url"), "https://lms.example/")
    platform = Platform.objects.create(issuer="https://lms.example", client_id="x", **urls)
    deployment = Deployment.objects.create(platform=platform, deployment_id="1")
    context = Context.objects.create(deployment=deployment, key="c", course=course)
    return ResourceLink.objects.create(context=context, link_id="l")


def all_patterns(resolver: Any = None, prefix: str = "", space: str = "") -> Any:
    """(name, pattern) of every URL, by the name that `reverse` knows it by."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from all_patterns(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or prefix + str(entry.pattern)}", prefix + str(entry.pattern)


NAMES = sorted({name for name, _ in all_patterns() if not name.startswith("admin:")})
ADMIN = sorted({(name, pattern) for name, pattern in all_patterns() if name.startswith("admin:")})


def test_every_url_has_a_line() -> None:
    known = TABLE.keys() | STREAMS.keys()
    assert set(NAMES) - known == set(), "give each of these URLs a line in TABLE: who may do what there"
    assert known - set(NAMES) == set(), "these lines of TABLE have no URL any more"


def expected(line: Line, who: str, method: str) -> tuple[int, ...]:
    """The statuses that are right."""
    entry: Entry | None = getattr(line, "get" if method == "head" else method, None)
    if who == "anonymous" and not line.public:
        return (302,)
    if entry is None:
        return line.other if isinstance(line.other, tuple) else (line.other,)
    statuses = entry.statuses if who in entry.who else (404,)
    return (*statuses, 405) if method == "head" else statuses  # some views take a GET and nothing else


def fill(line: Line, method: str, scene: dict[str, str]) -> dict[str, str]:
    entry: Entry | None = getattr(line, method, None)
    return {name: value.format_map(scene) for name, value in entry.data.items()} if entry else {}


def log_everybody_in(people: dict[str, Any]) -> dict[str, str]:
    """Session keys by person."""
    sessions = {"anonymous": ""}
    for who in LOGGED_IN:
        browser = Browser()
        browser.force_login(people[who])
        sessions[who] = browser.cookies["sessionid"].value
    return sessions


def ask(session: str, method: str, path: str, data: dict[str, str]) -> Any:
    browser = Browser(headers={"accept-language": "en"}, raise_request_exception=True)
    if session:
        browser.cookies["sessionid"] = session
    if method == "put":
        return browser.put(path, json.dumps(data), content_type="application/json")
    return getattr(browser, method)(path, data) if method in ("get", "post") else getattr(browser, method)(path)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name not in STREAMS])
def test_who_gets_what(people: dict[str, Any], scene: dict[str, str], name: str) -> None:
    """Every cell starts from the same scene: what it changes is rolled back."""
    line = TABLE[name]
    path = line.path.format_map(scene)
    sessions = log_everybody_in(people)
    wrong = []
    for who in PEOPLE:
        for method in METHODS:
            with transaction.atomic():
                answer = ask(sessions[who], method, path, fill(line, method, scene))
                for close in answer._resource_closers:  # not the whole response: that would end the connection
                    close()
                transaction.set_rollback(True)
            right = expected(line, who, method)
            if answer.status_code not in right:
                wrong.append(f"{who} {method.upper()}: {answer.status_code}, not {right}")
            if who == "anonymous" and not line.public and not answer["Location"].startswith("/accounts/login/"):
                wrong.append(f"{who} {method.upper()}: sent to {answer['Location']}")
    assert wrong == [], path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(STREAMS))
@pytest.mark.parametrize("who", PEOPLE)
def test_who_gets_a_stream(people: dict[str, Any], scene: dict[str, str], name: str, who: str) -> None:
    line = STREAMS[name]
    path = line.path.format_map(scene)
    for method in METHODS:
        answer = ask(log_everybody_in(people)[who], method, path, {})
        assert answer.status_code in expected(line, who, method), (who, method)
        answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "administrator"])
def test_the_administration_is_the_administrators(people: dict[str, Any], scene: dict[str, str], who: str) -> None:
    """Everybody else is sent to a login, whatever they ask for; only the login itself is open, and logging out."""
    session = log_everybody_in(people)[who]
    for name, pattern in ADMIN:
        path = "/" + pattern.replace("<path:object_id>", "1").replace("<int:content_type_id>", "1")
        path = path.replace("<path:object_id>", "1").replace("(?P<url>.*)$", "nothing").replace("<id>", "1")
        path = path.replace("<app_label>", "courses").replace("^(?P<app_label>auth|courses)/$", "courses/")
        for method in ("get", "post", "delete"):
            with transaction.atomic():
                answer = ask(session, method, path.replace("^", "").replace("$", ""), {})
                transaction.set_rollback(True)
            if name in ("admin:login", "admin:logout"):
                assert answer.status_code in (200, 302, 404, 405), (name, method)
            elif answer.status_code == 302:
                assert "login" in answer["Location"], (name, method)
            else:
                assert answer.status_code in (403, 404, 405), (name, method)


@pytest.mark.django_db
def test_the_administrator_sees_the_administration(people: dict[str, Any], scene: dict[str, str]) -> None:
    session = log_everybody_in(people)["administrator"]
    for path in ("/admin/", "/admin/courses/course/", "/admin/auth/user/"):
        assert ask(session, "get", path, {}).status_code == 200
