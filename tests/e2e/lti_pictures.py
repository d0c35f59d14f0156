"""The LTI part of the pictures: what administrators, teachers and students see of it, most of it in a platform's frame."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from playwright.sync_api import Frame, Page

from tests.e2e.chromium import PASTE, mutant, solution
from tests.e2e.full_course import LONG_TITLE, PEOPLE
from tests.lti.platform import CLAIM, INSTRUCTOR, SCOPES, Platform, run_platform
from tests.stack import Stack

if TYPE_CHECKING:
    from tests.e2e.screenshots import Prepare, Studio

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
CLIENT, EDITOR = "campus", ".cm-content"
COURSES = ("empty", "new", "full", "same", "failing")
TEXTS = {
    "title": LONG_TITLE,
    "no_column": "The platform has no column for this link, and does not let Gradus make one.",
    "not_allowed": "The platform does not let Gradus read its grades.",
}
Then = Callable[[Frame], object]

# Courses of the platform in which grades and roster stand in every state that they can be in.
FILL = """
import json
from datetime import timedelta
from django.contrib.auth import get_user_model
from django.utils import timezone
from grader.courses.models import *
from grader.lti.models import *
from exercises.models import Exercise
now, users = timezone.now(), get_user_model().objects
teacher = users.get(username="teacher")
boss, _new = users.get_or_create(username="boss", defaults=dict(is_staff=True, is_superuser=True, password=teacher.password))
platform = Platform.objects.get(client_id={client!r})
LtiUser.objects.create(platform=platform, sub="teacher", user=teacher)
people = []
for name, first, last in json.loads({people!r}):
    user, _new = users.get_or_create(username=name, defaults=dict(first_name=first, last_name=last))
    people.append(LtiUser.objects.create(platform=platform, sub=name, user=user))
links = "zero-grad-loop", "fix-regression", "gradient-penalty"
def course(key, title, columns=True, **context):
    made = Course.objects.create(slug="lti-" + key, title=title, time_zone="Asia/Taipei")
    Enrollment.objects.create(user=teacher, course=made, role=Role.INSTRUCTOR)
    Enrollment.objects.bulk_create(Enrollment(user=person.user, course=made) for person in people)
    place = Context.objects.create(deployment=platform.deployments.get(), key=key, title=title, course=made, **context)
    items = []
    for number, slug in enumerate(links if columns else ()):
        row = Assignment.objects.create(course=made, exercise=Exercise.objects.get(slug=slug), position=number)
        link = ResourceLink.objects.create(context=place, link_id=f"{{key}}-{{slug}}", title=slug, assignment=row)
        items.append(LineItem.objects.create(link=link, url=f"{{platform.issuer}}/lineitems/{{link.pk}}/lineitem", scopes={scopes!r}))
    return items
def post(item, person, state, given, status=None, answer="", **values):
    told = dict(userId=person.sub, scoreGiven=given, scoreMaximum=10)
    ScorePost.objects.create(line_item=item, person=person, state=state, body=told, arrived=told if state == "sent" else None,
        status=status, answer=answer, answered_at=None if state == "pending" and not answer else now - timedelta(minutes=7), **values)
members = dict(members_url=platform.issuer + "/members")
course("empty", "Nothing yet", columns=False)
course("new", "Just begun", **members)
course("going", "Being read", **members)
full = course("full", {title!r}, **members, members_at=now, synced_at=now, synced_members=31, synced_left=2)
later = dict(due_at=now + timedelta(days=2))
for item, points in zip(full, (10, 7.5, 0)):
    for person in people[:3]:
        post(item, person, "sent", points, 200)
post(full[0], people[3], "pending", 4, **later)
post(full[0], people[4], "pending", 4, answer="The platform did not answer: timed out", **later)
post(full[0], people[5], "superseded", 8.25, 409, "Refusing score with an earlier timestamp")
post(full[1], people[5], "refused", 10, 400, "User not enrolled in this course")
post(full[0], people[6], "given_up", 3, None, "The platform did not answer: connection refused")
post(full[1], people[6], "refused", 3, None, {no_column!r})
LineItem.objects.filter(pk=full[0].pk).update(results_at=now, differences=[[people[0].pk, 10, 7, 10], [people[2].pk, 10, None, 10], [people[4].pk, None, 2.5, 10]])
LineItem.objects.filter(pk__in=[item.pk for item in full[1:]]).update(results_at=now)
same = course("same", "All alike", **members, members_at=now, synced_at=now, synced_members=1, synced_left=0)
post(same[0], people[0], "sent", 10, 200)
LineItem.objects.filter(pk__in=[item.pk for item in same]).update(results_at=now)
long = "coursework.exceptions.ScoreNotAccepted: " + "the_grade_book_of_this_course_is_closed/" * 5
wrong = course("failing", "Nothing works", **members, members_at=now, synced_at=now, sync_problem="403: Forbidden: the tool may not read members")
for person in people:
    post(wrong[0], person, "refused", 5, 422, long)
LineItem.objects.filter(pk=wrong[0].pk).update(results_at=now, results_problem="403: <html>no</html>")
LineItem.objects.filter(pk=wrong[1].pk).update(results_at=now, results_problem={not_allowed!r})
"""
GOING = """
from django.utils import timezone
from grader.lti.models import *
now = timezone.now()
Context.objects.filter(key="going").update(members_at=now)
LineItem.objects.filter(link__context__key="going").update(results_asked_at=now)
"""


@dataclass
class Campus:
    """A platform on another site than the tool, whose pages show it in a frame."""

    stack: Stack
    platform: Platform

    @property
    def elsewhere(self) -> str:
        return f"http://localhost:{self.platform.port}"

    def register(self) -> None:
        told = {"name": "Campus", "issuer": self.platform.issuer, "client-id": CLIENT, "deployment-id": "d1"}
        told |= {"auth-url": f"{self.elsewhere}/auth", "token-url": f"{self.platform.url}/token"}
        told |= {"keyset-url": f"{self.platform.url}/keys"}
        self.stack.manage("lti", "platform", "add", *(part for name in told for part in (f"--{name}", told[name])))

    def show(
        self, wait_for: str, then: Then | None = None, storage: str = "", state: str = "visible", **changes: Any
    ) -> Prepare:
        """The platform's page with the tool's frame in it, after a launch with these claims; then what is done in it."""

        def prepare(page: Page) -> None:
            locale = page.evaluate("navigator.language")
            presentation = {"locale": locale, "return_url": f"{self.elsewhere}/course/7"}
            hint = secrets.token_hex(6)
            self.platform.hints[hint] = {CLAIM + "launch_presentation": presentation, **changes}
            asked = {"hint": hint, "tool": self.stack.url, **({"storage": storage} if storage else {})}
            page.goto(f"{self.elsewhere}/course?{urlencode(asked)}")
            frame = frame_of(page)
            frame.locator(wait_for).first.wait_for(state=state)  # type: ignore[arg-type]
            if then:
                then(frame)

        return prepare

    def teach(self, path: str, key: str = "full") -> Prepare:
        """This page as a teacher of the platform's sees it in the frame."""

        def then(frame: Frame) -> None:
            frame.goto(self.stack.url + path)

        return self.show(EDITOR, then, **as_teacher(key))

    def pick(self, then: Then | None = None, **settings: Any) -> Prepare:
        return self.show("[name=q]", then, **as_teacher("full") | as_picker(self, **settings))


def frame_of(page: Page) -> Frame:
    frame = page.wait_for_selector("#tool").content_frame()  # type: ignore[union-attr]
    assert frame
    return frame


def as_teacher(key: str) -> dict[str, Any]:
    context, link = {"id": key, "title": key}, {"id": f"{key}-zero-grad-loop", "title": "Zero grad"}
    return {
        "sub": "teacher",
        CLAIM + "roles": [INSTRUCTOR],
        CLAIM + "context": context,
        CLAIM + "resource_link": link,
    }


def as_picker(campus: Campus, **settings: Any) -> dict[str, Any]:
    asked = {"deep_link_return_url": f"{campus.elsewhere}/return", "accept_types": ["ltiResourceLink"], **settings}
    kind = {CLAIM + "message_type": "LtiDeepLinkingRequest", DL + "deep_linking_settings": asked}
    return {**kind, CLAIM + "resource_link": None, CLAIM + "custom": None}


def hand_in(source: str) -> Then:
    def then(frame: Frame) -> None:
        editor = frame.locator(EDITOR)
        editor.click()
        frame.page.keyboard.press("ControlOrMeta+a")
        editor.evaluate(PASTE, source)
        before = frame.locator("#result").get_attribute("data-url")
        frame.locator("form[data-answer] [data-send=submit]").click()
        frame.locator(f'#result[data-state="graded"]:not([data-url="{before}"])').wait_for(timeout=60_000)

    return then


def choose(*slugs: str, search: str = "", press: bool = False) -> Then:
    """Tick these, press the button or not; or search."""

    def then(frame: Frame) -> None:
        if search:
            frame.locator("[name=q]").fill(search)
            with frame.expect_navigation():
                frame.locator("[role=search] button").click()
        for slug in slugs:
            frame.locator(f'[name=exercise][value="{slug}"]').check()
        if press:
            with frame.expect_navigation():
                frame.locator("main form[method=post] .button-primary").click()

    return then


def without_cookies(show: Prepare, tells_at_once: bool = True) -> Prepare:
    """As in a browser that keeps none of ours in frames, whether that shows before the platform is asked, or after."""

    def prepare(page: Page) -> None:
        page.context.clear_cookies()
        page.route("**/lti/login/cookies/", lambda route: route.fulfill(json={"arrived": not tells_at_once}))
        page.route("**/lti/launch/", lambda route: (page.context.clear_cookies(), route.continue_()))
        show(page)

    return prepare


def take_lti(studio: Studio) -> None:
    if studio.only and not any(word.startswith("lti") for word in studio.only):
        return
    with run_platform(client_id=CLIENT) as platform, run_platform(client_id="made-for-gradus") as newcomer:
        campus = Campus(studio.stack, platform)
        campus.register()
        run(studio.stack, FILL.format(client=CLIENT, people=json.dumps(PEOPLE), scopes=SCOPES, **TEXTS))
        studio.stack.logins["boss"] = studio.stack.logins["teacher"]
        take_registering(studio, Campus(studio.stack, newcomer))
        take_refused(studio, campus)
        take_launches(studio, campus)
        take_picking(studio, campus)
        take_platform_pages(studio, campus)
        take_administration(studio)


def take_registering(studio: Studio, newcomer: Campus) -> None:
    """A platform that registers itself: before, waiting, approved."""
    asked = urlencode({"openid_configuration": f"{newcomer.platform.url}/configuration", "registration_token": "x"})
    forget = "Platform.objects.filter(registered_itself=True).delete()"

    def register(page: Page) -> None:
        run(studio.stack, forget)
        page.goto(f"/lti/register/?{asked}")

    studio.take({"lti-setup": "/lti/setup/"}, "boss")
    studio.take({"lti-register": register, "lti-register-refused": f"/lti/register/?{asked}"}, None)
    if not studio.wants("lti-waiting"):
        return
    pk = run(studio.stack, "print(Platform.objects.get(registered_itself=True).pk)").split()[-1]
    pages = {"setup": "/lti/setup/", "list": "/admin/lti/platform/", "form": f"/admin/lti/platform/{pk}/change/"}
    studio.take({f"lti-waiting-{name}": path for name, path in pages.items()}, "boss")
    studio.take({"lti-waiting-launch": newcomer.show(".problem-page")}, None)
    studio.stack.manage("lti", "platform", "approve", pk)
    studio.take({"lti-approved-list": pages["list"], "lti-approved-form": pages["form"]}, "boss")


def take_refused(studio: Studio, campus: Campus) -> None:
    """Launches that fail in the frame, for some of the reasons that there are."""
    reasons: dict[str, dict[str, Any]] = {
        "exercise-unknown": {CLAIM + "custom": {"exercise": "zero-grad-lop"}},
        "deployment": {CLAIM + "deployment_id": "elsewhere"},
        "nonce": {"nonce": "x"},
        "expired": {"iat": 1, "exp": 2},
        "teaching-only": as_picker(campus) | {"sub": "student"},
    }
    states = {f"lti-refused-{name}": campus.show(".problem-page", **claims) for name, claims in reasons.items()}
    states["lti-refused-cookie"] = without_cookies(campus.show(".problem-page"), tells_at_once=False)
    studio.take(states, None)
    strange = {"iss": "https://lms.example", "login_hint": "7", "target_link_uri": studio.stack.url}
    studio.take({"lti-refused-platform": f"/lti/login/?{urlencode(strange)}"}, None)


def take_launches(studio: Studio, campus: Campus) -> None:
    """An exercise in the frame, what comes of it, and a browser that keeps no cookies there."""
    student = {"sub": "student-1", CLAIM + "context": {"id": "full", "title": "full"}}
    student[CLAIM + "resource_link"] = {"id": "full-zero-grad-loop", "title": "Zero grad"}
    show = campus.show
    studio.take(
        {
            "lti-exercise": show(EDITOR, **student),
            "lti-result-failed": show(EDITOR, hand_in(mutant("zero-grad-loop", "no_zero")), **student),
            "lti-result-passed": show(EDITOR, hand_in(solution("zero-grad-loop")), **student),
            "lti-course": show(
                "main h2", **student | {CLAIM + "custom": None, CLAIM + "resource_link": {"id": "bare"}}
            ),
            "lti-new-tab": without_cookies(show("[data-tab]", **student)),
            "lti-new-tab-proved": without_cookies(show("[name=ticket]", storage="keeper", state="attached", **student)),
        },
        None,
    )


def take_picking(studio: Studio, campus: Campus) -> None:
    """Deep Linking, and a link that names no exercise."""
    few = ("zero-grad-loop", "fix-regression")
    pick = campus.pick
    bare = as_teacher("full") | {CLAIM + "custom": None, CLAIM + "resource_link": {"id": "bare", "title": "Bare"}}
    studio.take(
        {
            "lti-pick": pick(),
            "lti-pick-some": pick(choose(*few)),
            "lti-pick-search": pick(choose(search="detach")),
            "lti-pick-section": pick(choose("3.2.4", search="3.2.4")),
            "lti-pick-empty": pick(choose(search="nothing like it")),
            "lti-pick-none": pick(choose(press=True)),
            "lti-pick-one": pick(accept_multiple=False),
            "lti-picked-one": pick(choose(few[0], press=True)),
            "lti-picked-some": pick(choose(*few, press=True)),
            "lti-link": campus.show("[name=exercise]", **bare),
        },
        None,
    )


def take_platform_pages(studio: Studio, campus: Campus) -> None:
    """The teacher's page of grades and roster, in the frame and as a page of its own."""

    def going(page: Page) -> None:
        run(studio.stack, GOING)
        page.goto("/courses/lti-going/platform/")

    states = {f"lti-scores-{key}": campus.teach(f"/courses/lti-{key}/platform/", key) for key in COURSES}
    studio.take(states, None)
    own: dict[str, Prepare] = {"lti-own-going": going}
    studio.take(
        {**own, "lti-own-full": "/courses/lti-full/platform/", "lti-own-overview": "/courses/lti-full/"}, "teacher"
    )


def take_administration(studio: Studio) -> None:

    def record(page: Page) -> None:
        page.goto("/admin/lti/launchrecord/")
        page.locator("#result_list tbody th a").first.click()
        page.locator(".readonly").first.wait_for()

    names = ("launchrecord", "ltiuser", "context", "resourcelink", "lineitem", "scorepost")
    pages = {name: f"/admin/lti/{name}/" for name in names}
    pages |= {"index": "/admin/lti/", "add": "/admin/lti/platform/add/", "nothing": "/admin/lti/launchrecord/?q=nobody"}
    pages["found"] = "/admin/lti/launchrecord/?code__exact=deployment"
    studio.take({f"lti-admin-{name}": path for name, path in pages.items()} | {"lti-admin-record": record}, "boss")


def run(stack: Stack, code: str) -> str:
    return stack.manage("shell", "--no-imports", "-c", f"from grader.lti.models import *\n{code}")
