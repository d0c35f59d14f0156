"""Pictures of every page and every state in both languages, light and dark, wide and narrow, for looking at.

python tests/e2e/screenshots.py FOLDER [--only WORD …]

Starts a product of its own, whose worker it may stop; takes about ten minutes. With --only it takes the pictures whose
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

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.e2e.chromium import launch_options, log_in, mutant, show_answer, solution, wait_for_result, with_token
from tests.servers import start, stop, wait_until
from tests.stack import Stack, demo_stack
from tests.visitor import CSRF, Visitor

LANGUAGES = {"en": "en-GB", "zh-hant": "zh-TW"}
SCHEMES = ("light", "dark")
SIZES = {1280: 800, 390: 844}
EXERCISE = "/exercises/zero-grad-loop/"
PREDICT = "/exercises/predict-detach/"
SETTLE_MS = 900

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
        for (language, locale), scheme, width in itertools.product(LANGUAGES.items(), SCHEMES, SIZES):
            context = self.browser.new_context(
                base_url=self.stack.url,
                locale=locale,
                color_scheme=scheme,
                viewport={"width": width, "height": SIZES[width]},
                storage_state=storage,
                timezone_id="Asia/Taipei",
                is_mobile=width < 500,
                has_touch=width < 500,
            )
            yield context.new_page(), f"{language}-{scheme}-{width}"
            context.close()

    def take(self, states: dict[str, str | Prepare], user: str | None = "student1", full: bool = True) -> None:
        """Each state is a path, or what brings an empty page to it."""
        states = {name: prepare for name, prepare in states.items() if self.wants(name)}
        if not states:
            return
        for page, look in self.pages(user):
            for name, prepare in states.items():
                page.unroute_all()
                if isinstance(prepare, str):
                    page.goto(prepare)
                else:
                    prepare(page)
                # The editor measures itself when it comes into view; a picture of the whole page would miss that.
                page.evaluate("document.querySelector('.cm-editor')?.scrollIntoView()")
                page.wait_for_timeout(SETTLE_MS / 3)
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(SETTLE_MS)
                page.screenshot(path=self.folder / f"{name}-{look}.png", full_page=full)
                page.context.set_offline(False)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    print(f"{name}-{look}: scrolls sideways by {wide} px", flush=True)
        print(f"{len(states)} states: {', '.join(states)}", flush=True)


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

    studio.take({"login": "/accounts/login/", "problem-403": without_token}, None)
    studio.take(
        {
            "dashboard-new": "/dashboard/",
            "catalogue-new": "/exercises/",
            "exercise-empty": EXERCISE,
            "predict-empty": PREDICT,
            "offline": offline,
            "problem-404": "/nowhere/",
        }
    )
    studio.take({"keys": keys, "chapter": "/chapters/3/"}, full=False)


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

    studio.take({"refused-413": too_long, "problem-413": far_too_long})
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
    studio.take({"dashboard": "/dashboard/", "catalogue": "/exercises/"})
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
        socket = folder / "sandbox.sock"
        sandbox = start([sys.executable, "-m", "sandbox", "serve", "--socket", str(socket)], folder / "sandbox.log")
        try:
            wait_until(socket.exists, "sandbox server", 120)
            with demo_stack(folder / "live", socket) as stack:
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
        for part in (take_first_visit, take_refusals, take_outcomes, take_work, take_authoring, take_waiting):
            part(studio)
    return 0


if __name__ == "__main__":
    sys.exit(main())
