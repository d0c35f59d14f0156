"""An instructor writes an exercise on the web from nothing: it fails its proof, is mended, tried and published."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.chromium import log_in, paste_code
from tests.e2e.test_accessibility import RULES
from tests.stack import Stack

MANIFEST = """\
format = 1
kind = "implement"
tier = 1
section = "3.2.3"
concepts = ["backward"]
entry_points = ["relu_grad(x)"]
title.en = "The gradient of ReLU"
title.zh-hant = "ReLU 的梯度"

[tests.test_gradient]
points = 3
title.en = "The gradient is right"
title.zh-hant = "梯度正確"

[public.test_example]
title.en = "Example with two numbers"
title.zh-hant = "兩個數字的例子"

[[hints]]
en = "Where is ReLU flat?"
zh-hant = "ReLU 在哪裡是平的？"

[[hints]]
en = "Left of zero nothing changes."
zh-hant = "零的左邊什麼都不變。"

[[hints]]
en = "The gradient is 1 where x > 0, and else 0."
zh-hant = "x > 0 的地方梯度是 1，其他是 0。"

[misconceptions.ones-everywhere]
title.en = "The flat half is forgotten"
title.zh-hant = "忘了平的那一半"
explanation.en = "Where x < 0, ReLU is constant: its gradient there is 0."
explanation.zh-hant = "x < 0 的地方 ReLU 是常數：那裡的梯度是 0。"
"""
TESTS = """\
import torch

from exercises.harness.check import assert_close


def test_gradient(student, reference, rng):
    x = torch.{draw}(40, generator=rng, dtype=torch.float64)
    seen = student.probe("gradient", x=x)
    assert_close(seen, reference.probe("gradient", x=x), "relu_grad(x)")
"""
FILES = {
    "exercise.toml": MANIFEST,
    "statement.en.md": "Write `relu_grad(x)`: the gradient of $\\\\sum_i \\\\max(x_i, 0)$.\n".replace("\\\\", "\\"),
    "statement.zh-hant.md": "請寫出 `relu_grad(x)`：$\\\\sum_i \\\\max(x_i, 0)$ 的梯度。\n".replace("\\\\", "\\"),
    "starter.py": "import torch\n\n\ndef relu_grad(x):\n    return torch.zeros_like(x)\n",
    "solution.py": "def relu_grad(x):\n    leaf = x.detach().clone().requires_grad_()\n    leaf.relu().sum().backward()\n    return leaf.grad\n",
    "probe.py": "import submission\n\n\ndef gradient(x):\n    return submission.relu_grad(x)\n",
    "public_tests.py": "import torch\n\nfrom exercises.harness.check import assert_close\n\n\ndef test_example(student, reference):\n"
    '    x = torch.tensor([-1.0, 2.0])\n    assert_close(student.probe("gradient", x=x), reference.probe("gradient", x=x), "relu_grad(x)")\n',
    # Only positive numbers: nothing tells ReLU from the identity.
    "hidden_tests.py": TESTS.format(draw="rand"),
}
MUTANT = "# misconception: ones-everywhere\n# fails: test_gradient\nimport torch\n\n\ndef relu_grad(x):\n    return torch.ones_like(x)\n"
ACCEPTED = "# why: a comparison says the same\ndef relu_grad(x):\n    return (x > 0).to(x.dtype)\n"
WORDS = {
    "en": {"survives": "1 wrong answer survives", "proved": "Proved", "preview": "the gradient of"},
    "zh-hant": {"survives": "1 個錯誤解答存活", "proved": "通過驗證", "preview": "的梯度"},
}


@pytest.fixture(params=["en", pytest.param("zh-hant", marks=pytest.mark.soak)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], language: str) -> dict[str, Any]:
    if language == "en":
        return browser_context_args
    return browser_context_args | {
        "locale": "zh-TW", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}
    }  # fmt: skip


def open_file(page: Page, path: str) -> None:
    page.locator(f".draft-files nav a[href$='file={path.replace('/', '%2F')}']").click()
    page.locator("#file-title", has_text=path).wait_for()
    page.locator(".cm-content").wait_for()


def write(page: Page, path: str, text: str) -> None:
    open_file(page, path)
    paste_code(page, text)
    page.locator("#draft-form [data-send=submit]").click()
    page.locator(".draft-saved[data-saved=yes]").wait_for()


def add(page: Page, folder: str, name: str, text: str) -> None:
    page.locator(".draft-add > summary").click()
    page.locator("#add-folder").select_option(folder)
    page.locator("#add-name").fill(name)
    page.locator("#add-name").press("Enter")
    write(page, f"{folder}{name}.py", text)


def remove(page: Page, path: str) -> None:
    open_file(page, path)
    page.locator(".draft-move > summary").click()
    page.locator("[name=do][value=remove]").click()
    expect(page.locator(".draft-files nav")).not_to_contain_text(path.rpartition("/")[2])


def check_it(page: Page) -> None:
    page.locator("#draft-form [name=then]").click()
    page.locator("input[name=seeds][value='5']").check(force=True)
    page.locator("main form .button-primary").click()
    page.locator("#check[data-state=done]").wait_for(timeout=120_000)


def look(page: Page, where: str) -> None:
    """Nothing for axe to find, and no page wider than the window."""
    page.wait_for_load_state("networkidle")
    found: Any = Axe().run(page, options=RULES).response["violations"]
    problems = [f"{v['id']}: {v['help']}: {node['html'][:200]}" for v in found for node in v["nodes"]]
    assert problems == [], f"{where}: " + "\n".join(problems)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


def test_an_exercise_from_nothing(page: Page, live_stack: Stack, language: str) -> None:
    words, slug = WORDS[language], f"relu-grad-{language[:2]}"
    log_in(page, live_stack.url, "teacher", live_stack.logins["teacher"])
    page.goto(f"{live_stack.url}/authoring/")
    look(page, "list")
    page.locator("a[href='/authoring/new/']").first.click()
    page.locator("#id_slug").fill(slug)
    page.locator("#id_kind").select_option("implement")
    look(page, "new")
    page.locator("main form .button-primary").click()
    page.locator("#draft-form").wait_for()

    write(page, "exercise.toml", FILES["exercise.toml"].replace("tier = 1", "tier = 7"))
    expect(page.locator(".draft-mistakes")).to_contain_text("use tier 1, 2 or 3")
    look(page, "editor with mistakes")
    page.locator(".mistake-here [data-line='3']").click()
    expect(page.locator(".cm-activeLine")).to_have_text("tier = 7")
    for path, text in FILES.items():
        write(page, path, text)
        if path == f"statement.{language}.md":
            expect(page.locator("#preview")).to_contain_text(words["preview"])
            expect(page.locator("#preview math")).to_be_visible()
            look(page, "statement")
    remove(page, "mutants/no_factor.py")
    remove(page, "mutants/input_requires_grad.py")
    add(page, "mutants/", "ones", MUTANT)
    for name in page.locator(".draft-files nav a[href*='accepted']").all_inner_texts():
        remove(page, f"accepted/{name}")
    add(page, "accepted/", "comparison", ACCEPTED)
    expect(page.locator(".draft-mistakes")).to_have_count(0)

    check_it(page)
    expect(page.locator("#check-title")).to_contain_text(words["survives"])
    expect(page.locator(".findings-fault").first).to_contain_text("mutants/ones.py")
    look(page, "check with a survivor")
    page.locator(".course-nav a[href$='/publish/']").click()
    expect(page.locator(".publish-blocked")).to_be_visible()
    look(page, "publishing is blocked")

    page.locator(".course-nav a").first.click()
    write(page, "hidden_tests.py", TESTS.format(draw="randn"))
    check_it(page)
    expect(page.locator("#check-title")).to_contain_text(words["proved"])
    look(page, "proved")

    page.locator(".course-nav a[href$='/try/']").click()
    page.locator(".cm-content").wait_for()
    paste_code(page, MUTANT)
    page.locator("#try-form [data-send=submit]").click()
    page.locator("#trial[data-state=over]").wait_for(timeout=60_000)
    expect(page.locator("#trial .idea")).to_be_visible()
    look(page, "trial")

    page.locator(".course-nav a[href$='/publish/']").click()
    page.locator("#id_note").fill("First")
    page.locator("main form .button-primary").click()
    expect(page.locator(".version-list")).to_contain_text("First")
    look(page, "versions")
    page.goto(f"{live_stack.url}/exercises/{slug}/")
    expect(page.locator("#exercise-title")).to_contain_text("ReLU")


def test_two_tabs_at_one_file(page: Page, live_stack: Stack, language: str, console_errors: list[str]) -> None:
    log_in(page, live_stack.url, "teacher", live_stack.logins["teacher"])
    page.goto(f"{live_stack.url}/authoring/sources/zero-grad-util/")
    page.locator("main form .button-primary").click()
    page.locator("#draft-form").wait_for()
    open_file(page, "starter.py")
    other = page.context.new_page()
    other.goto(page.url)
    write(other, "starter.py", "theirs = 1\n")
    other.close()
    paste_code(page, "mine = 1\n")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".draft-clash")).to_be_visible()
    expect(page.locator("del.diff-line")).to_contain_text("theirs = 1")
    look(page, "conflict")
    page.locator("[data-keep=mine]").click()
    expect(page.locator(".draft-clash")).to_have_count(0)
    expect(page.locator(".cm-content")).to_contain_text("mine = 1")
    console_errors.clear()  # the browser tells of the 409
