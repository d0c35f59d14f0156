"""Pictures of every page and every state in both languages, light and dark, wide and narrow, for looking at.

python tests/e2e/screenshots.py FOLDER [--only WORD …]

Starts a product of its own, whose worker it may stop; takes about half an hour. With --only it takes the pictures whose
names contain one of the words.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.e2e import full_course
from tests.e2e.chromium import launch_options, log_in, mutant, show_answer, solution, wait_for_result, with_token
from tests.e2e.lti_pictures import take_lti
from tests.servers import start, stop, wait_until
from tests.stack import Stack, demo_stack
from tests.visitor import CSRF, Visitor

LANGUAGES = {"en": "en-GB", "zh-hant": "zh-TW"}
SCHEMES = ("light", "dark")
SIZES = {1280: 800, 390: 844}
FRAMED = 600  # wide is what platforms give to a frame
HIGHEST = 4000
EXERCISE = "/exercises/zero-grad-loop/"
PREDICT = "/exercises/predict-detach/"
SETTLE_MS = 600
# What autograd did with the code comes into the page by itself, a moment after it.
BEING_TRACED = "#traced:is([hx-trigger], [aria-busy])"

HOSTILE = Path(__file__).resolve().parents[1] / "sandbox" / "redteam"
# By outcome, the attack that ends so; each defines `double`, and here the function that the exercise asks for.
ATTACKS = {
    "time_limit": "busy_loop",
    "memory_limit": "memory_tensor",
    "output_limit": "output_flood",
    "process_limit": "fork_bomb",
    "forbidden_syscall": "entry_int80",
    "crashed": "crash",
    "exited": "exit_early",
    "protocol_violation": "frame_not_json",
}
SOURCES = {
    "passed": solution("zero-grad-loop"),
    "failed-misconception": mutant("zero-grad-loop", "no_zero"),
    "syntax-error": "import torch\n\ndef train(params, loss_fn, lr, steps)\n    return []\n",
    "not-defined": "import torch\n",
}
LOUD = 'import torch\nprint("loading")\n\n\ndef train(params, loss_fn, lr, steps):\n    print("called", steps)\n    return []\n'

Prepare = Callable[[Page], object]


def attack(name: str) -> str:
    text = (HOSTILE / f"{name}.py").read_text(encoding="utf-8")
    return text.replace("def double(x)", "def train(params, loss_fn, lr, steps)")


class Studio:
    """Takes each state in every combination of language, colour scheme and width."""

    def __init__(self, browser: Browser, stack: Stack, folder: Path, only: list[str]) -> None:
        self.browser, self.stack, self.folder, self.only = browser, stack, folder, only
        self.sessions: dict[str, StorageState] = {}

    def wants(self, name: str) -> bool:
        return not self.only or any(word in name for word in self.only)

    def session(self, user: str) -> StorageState:
        if user not in self.sessions:
            context = self.browser.new_context()
            log_in(context.new_page(), self.stack.url, user, self.stack.logins[user])
            self.sessions[user] = context.storage_state()
            context.close()
        return self.sessions[user]

    def visitor(self, user: str) -> Visitor:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.session(user)["cookies"]}
        return Visitor(self.stack.url, cookies["sessionid"])

    def pages(self, user: str | None) -> Iterator[tuple[Page, str]]:
        storage = self.session(user) if user else None
        for language, locale in LANGUAGES.items():
            context = self.browser.new_context(
                base_url=self.stack.url,
                locale=locale,
                storage_state=storage,
                timezone_id="Asia/Taipei",
                is_mobile=True,
                has_touch=True,
            )
            yield context.new_page(), language
            context.close()

    def take(self, states: dict[str, str | Prepare], user: str | None = "student1", full: bool = True) -> None:
        """Each state is a path, or what brings an empty page to it."""
        states = {name: prepare for name, prepare in states.items() if self.wants(name)}
        if not states:
            return
        for page, language in self.pages(user):
            for name, prepare in states.items():
                page.unroute_all()
                resize(page, min(SIZES))
                try:
                    page.goto(prepare) if isinstance(prepare, str) else prepare(page)
                    page.locator(BEING_TRACED).first.wait_for(state="detached")
                except PlaywrightError as error:  # the other states are still worth looking at
                    print(f"{name}-{language}: {error}", flush=True)
                    continue
                self.photograph(page, f"{name}-{language}", full)
                page.context.set_offline(False)
        print(f"{len(states)} states: {', '.join(states)}", flush=True)

    def photograph(self, page: Page, name: str, full: bool) -> None:
        """In both widths and colour schemes, and whether the page scrolls sideways.

        What stands in the frame of a platform's page is photographed alone, and at a frame's width, too.
        """
        held = page.query_selector("iframe#tool")
        shown = (held.content_frame() if held else None) or page.main_frame
        for width, scheme in itertools.product(sorted([*SIZES, FRAMED] if held else SIZES), SCHEMES):
            resize(page, width)
            if held:  # as high as what is in it: of a frame only what is on the screen gets into the picture
                held.evaluate(FILL_PAGE)
                page.wait_for_timeout(SETTLE_MS / 3)
                height = shown.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if scheme == SCHEMES[0]:
                # The editor measures itself when it comes into view; a picture of the whole page would miss that.
                shown.evaluate("document.querySelector('.cm-editor')?.scrollIntoView()")
                page.wait_for_timeout(SETTLE_MS / 3)
                shown.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(SETTLE_MS)
                wide = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    print(f"{name}-{width}: scrolls sideways by {wide} px", flush=True)
            page.wait_for_timeout(SETTLE_MS / 3)
            page.screenshot(path=self.folder / f"{name}-{scheme}-{width}.png", full_page=full)


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": SIZES.get(width, SIZES[1280])})


FILL_PAGE = """frame => {
  document.body.style.margin = 0;
  Object.assign(frame.style, { display: "block", border: 0, width: "100%", height: "100vh" });
}"""


def shell(stack: Stack, code: str) -> str:
    return stack.manage("shell", "--no-imports", "-c", f"from grader.submissions.models import Submission\n{code}")


def hand_in(visitor: Visitor, source: str, what: str = "submit", slug: str = EXERCISE) -> str:
    """The submission's path."""
    answer = visitor.post(f"{slug}{what}/", {"source": source})
    assert answer.status == 200, answer.text[:500]
    found = re.search(r'data-url="([^"]+)"', answer.text)
    assert found
    return found[1]


def graded(visitor: Visitor, path: str) -> str:
    visitor.poll(f"{path}status/", timeout_s=120)
    return path


def offline(page: Page) -> None:
    page.goto(EXERCISE)
    page.locator(".cm-content").wait_for()
    page.context.set_offline(True)
    page.locator("[data-send=submit]").click()
    page.locator("[data-problem=offline]").wait_for()


def signed_out(page: Page) -> None:
    page.goto(EXERCISE)
    page.locator(".cm-content").wait_for()
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("[data-send=submit]").click()
    page.locator("[data-problem=signed-out]").wait_for()
    page.context.add_cookies(kept)  # type: ignore[arg-type]


def draft_conflict(page: Page) -> None:
    page.goto(EXERCISE)
    page.locator(".cm-content").wait_for()
    page.evaluate("document.querySelector('[data-draft-conflict]').hidden = false")


def chapter_blocks(page: Page) -> None:
    """One block that was run, one that is being edited and fails."""
    page.goto("/chapters/3/")
    runs = page.locator("[data-block] [data-send=submit]")
    runs.nth(0).click()
    page.locator("[data-result]").first.wait_for()
    page.locator("[data-block] [data-edit]").nth(1).click()
    page.locator("[data-block] .cm-content").first.wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("import torch\nx = torch.ones(2)\n(x * x).backward()")
    runs.nth(1).click()
    page.locator("[data-result]").nth(1).wait_for()


def keys(page: Page) -> None:
    page.goto(EXERCISE)
    page.evaluate("document.getElementById('shortcuts').showModal()")


def predict(answer: str) -> Prepare:
    """Every number the same and every question "yes": wrong, or not to be read at all."""

    def prepare(page: Page) -> None:
        page.goto(PREDICT)
        for number in page.locator("#predict-form input:not([type])").all():
            number.fill(answer)
        page.locator("#predict-form input[value=yes]").check()
        page.locator("#predict-form [data-send=submit]").click()
        if answer.isdecimal():
            wait_for_result(page)
        else:
            page.locator(".field-error").first.wait_for()

    return prepare


def filled(path: str, *, click: str = "main form .button-primary", **fields: str) -> Prepare:
    """The page after its form was sent with these fields, by name."""

    def prepare(page: Page) -> None:
        page.goto(path)
        for name, value in fields.items():
            field = page.locator(f"main [name={name}]:not([type=hidden])").last
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.locator(click).first.click()
        page.wait_for_load_state()

    return prepare


def unfolded(path: str, *selectors: str) -> Prepare:
    """The page with these details open."""

    def prepare(page: Page) -> None:
        page.goto(path)
        for selector in selectors:
            page.locator(selector).evaluate_all("found => found.forEach(one => { one.open = true; })")

    return prepare


def predict_right(page: Page) -> None:
    """z.add_ writes through to y; the gradient of x is that of the first branch alone."""
    page.goto(PREDICT)
    code = page.locator(".snippet").inner_text()
    patterns = (r"tensor\((-?[\d.]+)", r"y = x \* (-?[\d.]+)", r"add_\((-?[\d.]+)\)", r"w = y \* (-?[\d.]+)")
    x, k, c, a = (float(re.search(pattern, code)[1]) for pattern in patterns)  # type: ignore[index]
    fields = page.locator("#predict-form input:not([type])")
    fields.nth(0).fill(f"{x * k + c:g}")
    fields.nth(1).fill(f"{k * a:g}")
    page.locator("#predict-form input[value=no]").check()
    page.locator("#predict-form [data-send=submit]").click()
    wait_for_result(page)


def take_first_visit(studio: Studio) -> None:
    def without_token(page: Page) -> None:
        show_answer(page, f"{studio.stack.url}/accounts/login/", {"username": "x"})

    wrong = filled("/accounts/login/", click=".login-box .button", username="student1", password="wrong")
    studio.take({"login": "/accounts/login/", "login-wrong": wrong, "problem-403": without_token}, None)
    studio.take(
        {
            "dashboard-new": "/dashboard/",
            "catalogue-new": "/exercises/",
            "exercise-empty": EXERCISE,
            "exercise-unfolded": unfolded(EXERCISE, "details"),
            "predict-empty": PREDICT,
            "attempts-none": f"{EXERCISE}attempts/",
            "course-student-new": "/courses/demo/",
            "grades-none": "/courses/demo/grades/",
            "offline": offline,
            "signed-out": signed_out,
            "draft-conflict": draft_conflict,
            "problem-404": "/nowhere/",
        }
    )
    studio.take({"keys": keys, "chapter": "/chapters/3/"}, full=False)
    studio.take({"whole-chapter": "/chapters/3/", "whole-blocks": chapter_blocks})


def take_refusals(studio: Studio) -> None:
    """What a student meets after too much or too often: with scripts beside the result, without them as a page."""
    url = f"{EXERCISE}submit/"

    def too_long(page: Page) -> None:
        page.goto(EXERCISE)
        show_answer(page, studio.stack.url + url, with_token(page, source="#" * 70_000))

    def far_too_long(page: Page) -> None:
        page.goto(EXERCISE)
        show_answer(page, studio.stack.url + url, with_token(page, source="#" * 2_000_000))

    def too_often(page: Page) -> None:
        page.goto(EXERCISE)
        page.locator("[data-send=submit]").click()
        page.locator("#result-slot [data-problem]").wait_for()

    def not_understood(page: Page) -> None:
        page.goto("/livez")
        asked = {"Host": "elsewhere.example", "Accept-Language": page.evaluate("navigator.language")}
        answer = page.request.get(studio.stack.url, headers=asked)
        page.route("**/livez", lambda route: route.fulfill(body=answer.body(), content_type="text/html"))
        page.reload()

    studio.take({"refused-413": too_long, "problem-413": far_too_long, "problem-400": not_understood})
    keys = [f"limit:run:{pk}" for pk in shell(studio.stack, USER_IDS).split()]
    for key in keys:
        studio.stack.redis().set(key, 10_000, ex=600)
    studio.take({"refused-429": too_often})
    studio.stack.redis().delete(*keys)
    studio.take({"problem-429": log_in_too_often}, None)
    studio.stack.redis().flushdb()


USER_IDS = "from django.contrib.auth.models import User\nprint(*User.objects.values_list('pk', flat=True))"


def log_in_too_often(page: Page) -> None:
    page.goto("/accounts/login/")
    for _ in range(15):
        page.locator("#id_username").fill("student1")
        page.locator("#id_password").fill("wrong")
        with page.expect_navigation() as answer:
            page.locator("#id_password").press("Enter")
        if answer.value.status == 429:
            return


def take_outcomes(studio: Studio) -> None:
    visitor = studio.visitor("student1")
    sources = SOURCES | {outcome: attack(name) for outcome, name in ATTACKS.items()}
    wanted = {name: source for name, source in sources.items() if studio.wants(f"outcome-{name}")}
    handed_in = {name: hand_in(visitor, source) for name, source in wanted.items()}
    studio.take({f"outcome-{name}": graded(visitor, path) for name, path in handed_in.items()})
    if studio.wants("run"):
        passing, failing = hand_in(visitor, SOURCES["passed"], "run"), hand_in(visitor, LOUD, "run")
        studio.take({"run-passing": graded(visitor, passing), "run-failing": graded(visitor, failing)})
    if studio.wants("errored") or studio.wants("problem-500"):
        errored, broken = (graded(visitor, hand_in(visitor, SOURCES["not-defined"])) for _ in range(2))
        rows = "Submission.objects.filter(pk='{}').update({})"
        none = "status='errored', outcome='sandbox_error', score=None, max_score=None, passed=None, result=None"
        shell(studio.stack, rows.format(errored.split("/")[2], none))
        shell(studio.stack, rows.format(broken.split("/")[2], "result={'unheard': 'of'}"))
        studio.take({"outcome-errored": errored, "problem-500": broken})
        shell(studio.stack, f"Submission.objects.filter(pk='{broken.split('/')[2]}').delete()")


def take_work(studio: Studio) -> None:
    """The exercise page with its last result, and the pages that count."""
    for name in ("failed-misconception", "passed"):
        if studio.wants(f"exercise-{name}"):
            graded(studio.visitor("student1"), hand_in(studio.visitor("student1"), SOURCES[name]))
            studio.take({f"exercise-{name}": EXERCISE})
    studio.take({"predict-unread": predict("seven"), "predict-wrong": predict("1234"), "predict-right": predict_right})
    studio.take({"dashboard": "/dashboard/", "catalogue": "/exercises/", "attempts": f"{EXERCISE}attempts/?runs=1"})
    studio.take({"dashboard-teacher": "/dashboard/"}, "teacher")


# Two drafts of the teacher's: one proved and published, one with a wrong answer that survives and a mistake since.
WRITE = """
from django.contrib.auth import get_user_model
from grader.authoring import drafts, proving
teacher = get_user_model().objects.get(username="teacher")
sound = drafts.begin("relu-grad", teacher, drafts.skeleton_files("relu-grad", "implement"), "created")
files = drafts.skeleton_files("tanh-grad", "implement")
files["mutants/no_factor.py"] = files["mutants/no_factor.py"].replace("x.clone()", "2 * x.detach()")
weak = drafts.begin("tanh-grad", teacher, files, "created")
checks = [proving.request_check(workspace, teacher, 5).pk for workspace in (sound, weak)]
text = files["exercise.toml"].replace("tier = 1", "tier = 7")
drafts.save_text(weak, "exercise.toml", text, on=1, author=teacher)
print(sound.pk, weak.pk, *checks)
"""


def take_authoring(studio: Studio) -> None:
    """An instructor's drafts, from the empty list to what a check found."""
    if not studio.wants("authoring"):
        return
    studio.take({"authoring-empty": "/authoring/", "authoring-new": "/authoring/new/"}, "teacher")
    sound, weak, proved, survived = shell(studio.stack, WRITE).split()[-4:]
    teacher = studio.visitor("teacher")
    for check in (proved, survived):
        wait_until(
            lambda path=f"/authoring/checks/{check}/": 'data-state="done"' in teacher.get(path).text, "check", 120
        )
    draft = f"/authoring/{sound}/"
    assert teacher.post(f"{draft}publish/", {"revision": "1", "note": "First"}, htmx=False).status == 302
    pages = {
        "list": "/authoring/",
        "statement": f"{draft}?file=statement.zh-hant.md",
        "mistake": f"/authoring/{weak}/",
        "proved": f"/authoring/checks/{proved}/",
        "survivor": f"/authoring/checks/{survived}/",
        "blocked": f"/authoring/{weak}/publish/",
        "try": f"{draft}try/",
        "versions": f"{draft}versions/",
        "steps": f"/authoring/{weak}/history/",
        "settings": f"{draft}settings/",
        "source": "/authoring/sources/zero-grad-util/",
    }
    studio.take({f"authoring-{name}": path for name, path in pages.items()}, "teacher")


def take_full_course(studio: Studio) -> None:
    """A course after some weeks, as its students, its teachers and the administrator see it."""
    if studio.only and not any(word.startswith("term") for word in studio.only):
        return
    course = full_course.fill(studio.stack, shell, hand_in, graded)
    studio.stack.logins |= dict.fromkeys(course.sessions, studio.stack.logins["teacher"])
    teacher = studio.visitor("teacher")
    regrade = "/courses/demo/regrades/1/"
    wait_until(lambda: "hx-trigger" not in teacher.get(regrade).text, "regrade", 120)
    take_students_term(studio, course)
    take_lists(studio, course)
    take_marks(studio, course)
    take_forms(studio, course)
    take_strangers(studio, course)
    wait_until(lambda: teacher.post(f"{regrade}decide/", {"decision": "apply"}, htmx=False).status == 302, "decision")
    studio.take({"term-regrade-applied": regrade, "term-regrades": "/courses/demo/regrades/"}, "teacher")


def take_students_term(studio: Studio, course: full_course.FullCourse) -> None:
    work = course.work_of("student1", "fix-regression")
    pages = {
        "courses": "/courses/",
        "course": "/courses/demo/",
        "grades": "/courses/demo/grades/",
        "dashboard": "/dashboard/",
        "catalogue": "/exercises/",
        "attempts": "/exercises/fix-regression/attempts/",
        "commented": work,
        "traced": f"{work}traced/",
        "closed": "/exercises/grad-clip/",
        "past-due": EXERCISE,
        "spent": "/exercises/gradient-penalty/",
        "pause": "/exercises/freeze-layer/",
        "overridden": "/exercises/fix-regression/",
    }
    studio.take({f"term-student-{name}": path for name, path in pages.items()})
    studio.take({"term-long-name-dashboard": "/dashboard/", "term-long-name-course": "/courses/demo/"}, "wilhelmina")
    archived = {"archived": "/courses/last-year/", "quiet": "/courses/quiet/", "two-courses": "/courses/"}
    studio.take({f"term-student-{name}": path for name, path in archived.items()}, "student2")


def take_lists(studio: Studio, course: full_course.FullCourse) -> None:
    """What a teacher reads, in a full course and in an empty one."""
    full = (
        "",
        "assignments/",
        "members/",
        "submissions/",
        "gradebook/",
        "extensions/",
        "analytics/",
        "audit/",
        "sections/",
    )
    names = {path: path.strip("/") or "overview" for path in full}
    studio.take({f"term-{names[path]}": f"/courses/demo/{path}" for path in full}, "teacher")
    empty = (*full, "regrades/", "assignments/add/")
    studio.take(
        {f"term-none-{path.strip('/').replace('/', '-') or 'overview'}": f"/courses/quiet/{path}" for path in empty},
        "teacher",
    )
    studio.take({"term-teacher-courses": "/courses/", "term-teacher-archived": "/courses/last-year/"}, "teacher")
    studio.take({"term-teacher-dashboard": "/dashboard/", "term-teacher-catalogue": "/exercises/"}, "teacher")
    studio.take(
        {"term-assistant": "/courses/demo/", "term-assistant-assignments": "/courses/demo/assignments/"}, "helper"
    )


def take_marks(studio: Studio, course: full_course.FullCourse) -> None:
    """What a teacher looks into: one student, one submission, one exercise, a pair, a regrade before it is decided."""
    users, assignments = course.keys["users"], course.keys["assignments"]
    zero, fit = assignments["zero-grad-loop"], assignments["fix-regression"]
    demo = "/courses/demo"
    pages = {
        "grades-of": f"{demo}/grades/?student={users['student1']}",
        "grade": f"{demo}/grades/{users['student1']}/{fit}/",
        "grade-late": f"{demo}/grades/{users['b12901002']}/{zero}/",
        "submission": course.work_of("student1", "fix-regression"),
        "flagged": course.work_of("oyvind", "fix-regression"),
        "nothing-found": f"{demo}/submissions/?q=nobody",
        "similar": f"{demo}/assignments/{fit}/similar/",
        "not-similar": f"{demo}/assignments/{assignments['hvp']}/similar/",
        "pair": f"{demo}/assignments/{fit}/similar/{pair_of(course)}/",
        "analytics-exercise": f"{demo}/analytics/{zero}/",
        "analytics-empty": f"{demo}/analytics/{assignments['grad-clip']}/",
        "regrade": f"{demo}/regrades/1/",
    }
    studio.take({f"term-{name}": path for name, path in pages.items()}, "teacher")


def pair_of(course: full_course.FullCourse) -> str:
    return "/".join(course.work_of(user, "fix-regression").split("/")[2] for user in ("b12901001", "b12901002"))


def take_forms(studio: Studio, course: full_course.FullCourse) -> None:
    """Each form as it comes, and with what it refuses."""
    demo, keys = "/courses/demo", course.keys
    zero, member = keys["assignments"]["zero-grad-loop"], keys["members"]["wilhelmina"]
    dates = {"opens_at": "2026-05-03T12:00", "due_at": "2026-05-01T12:00", "late_percent": "120", "attempt_limit": "0"}
    lines = (
        "username,name,email,role,section\nmei,Mei Wu,mei@example.org,student,Thursday\nno body,,not-an-address,king,\n"
    )
    right = "username,name,email,role,section\nmei,Mei Wu,mei@example.org,student,Thursday\n"
    grade = f"{demo}/grades/{keys['users']['li']}/{zero}/"
    pages: dict[str, str | Prepare] = {
        "course-new": "/courses/new/",
        "course-new-wrong": filled("/courses/new/", title="", slug="demo"),
        "course-edit": f"{demo}/edit/",
        "course-copy": f"{demo}/copy/",
        "course-copy-wrong": filled(f"{demo}/copy/", slug="demo", shift_days="99999"),
        "course-archive": f"{demo}/archive/",
        "invite": f"{demo}/members/invite/",
        "invite-wrong": filled(f"{demo}/members/invite/", text=lines),
        "invite-right": filled(f"{demo}/members/invite/", text=right),
        "member": f"{demo}/members/{member}/",
        "member-remove": f"{demo}/members/{member}/remove/",
        "last-teacher": filled(f"{demo}/members/{keys['members']['teacher']}/", role="student"),
        "sections-wrong": filled(f"{demo}/sections/", name="Thursday"),
        "assignments-add": f"{demo}/assignments/add/",
        "assignments-add-wrong": filled("/courses/quiet/assignments/add/", **dates),
        "assignments-many": unfolded(f"{demo}/assignments/", "details"),
        "assignment": f"{demo}/assignments/{zero}/",
        "assignment-wrong": filled(f"{demo}/assignments/{zero}/", **dates),
        "assignment-remove": f"{demo}/assignments/{zero}/remove/",
        "extension-new": f"{demo}/extensions/new/",
        "extension-wrong": filled(f"{demo}/extensions/new/", reason=""),
        "extension": f"{demo}/extensions/1/",
        "grade-wrong": filled(grade, points="999", reason=""),
        "regrade-new": f"{demo}/regrades/new/?assignment={zero}",
        "regrade-wrong": filled(f"{demo}/regrades/new/", reason=""),
        "import": "/authoring/import/",
        "import-wrong": filled("/authoring/import/"),
        "draft-wrong": filled("/authoring/new/", slug="zero-grad-loop"),
        "mutant-new": f"/authoring/mutants/zero-grad-loop/?from={course.paths[5].split('/')[2]}",
    }
    studio.take({f"term-{name}": page for name, page in pages.items()}, "teacher")


def take_strangers(studio: Studio, course: full_course.FullCourse) -> None:
    """Who is in no course, who comes by a link, and who erases."""
    join = f"/join/{course.keys['join']}/"
    pages = {"dashboard": "/dashboard/", "catalogue": "/exercises/", "courses": "/courses/", "join": join}
    studio.take({f"term-stranger-{name}": path for name, path in pages.items()}, "stranger")
    link = f"/accounts/set-password/{course.keys['password']}/"
    studio.take(
        {
            "term-password": link,
            "term-password-wrong": filled(link, new_password1="1234", new_password2="12345"),
            "term-password-old": "/accounts/set-password/MQ/old-link/",
        },
        None,
    )
    studio.take({"term-erase": "/people/erase/", "term-erase-found": "/people/erase/?name=khai"}, "boss")
    studio.take({"term-erase-nobody": "/people/erase/?name=nobody"}, "boss")


def take_waiting(studio: Studio) -> None:
    """With the worker stopped; rows are then put into the states that last for moments only."""
    if not any(studio.wants(name) for name in ("waiting-queued", "waiting-running", "waiting-busy")):
        return
    studio.stack.kill_worker()
    for _ in range(3):
        hand_in(studio.visitor("student2"), SOURCES["passed"])
    path = hand_in(studio.visitor("student1"), SOURCES["passed"])
    mine = f"Submission.objects.filter(pk='{path.split('/')[2]}')"
    studio.take({"waiting-queued": EXERCISE})
    shell(studio.stack, f"{mine}.update(status='running', tries=1)")
    studio.take({"waiting-running": EXERCISE, "waiting-page": path})
    shell(studio.stack, f"{mine}.update(status='queued', tries=1)")
    studio.take({"waiting-busy": EXERCISE})


@contextmanager
def product() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="gs-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ["SECRET_KEY"] = f"only-for-pictures-{CSRF}"
        os.environ["LTI_PRIVATE_HOSTS"] = "1"  # a platform beside it registers itself
        socket = folder / "sandbox.sock"
        sandbox = start([sys.executable, "-m", "sandbox", "serve", "--socket", str(socket)], folder / "sandbox.log")
        try:
            wait_until(socket.exists, "sandbox server", 120)
            with demo_stack(folder / "live", socket, folder / "demo") as stack:
                yield stack
        finally:
            stop(sandbox)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with product() as stack, sync_playwright() as playwright:
        studio = Studio(playwright.chromium.launch(**launch_options()), stack, options.folder, options.only)  # type: ignore[arg-type]
        for part in (
            take_first_visit,
            take_refusals,
            take_outcomes,
            take_work,
            take_authoring,
            take_full_course,
            take_lti,
            take_waiting,
        ):
            part(studio)
    return 0


if __name__ == "__main__":
    sys.exit(main())
