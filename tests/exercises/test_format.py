"""The exercise format: what it accepts, and that it tells of every mistake at once."""

import os
import re
import shutil
from pathlib import Path

import pytest

from exercises import format as exercise_format
from exercises.format import ExerciseInvalid, from_files, load, parse_entry_point
from exercises.management.commands.exercise import KINDS, write_skeleton


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in changes:
        assert old in text, f"{old!r} is not in {path.name}"
        text = text.replace(old, new)
    path.write_text(text)


def mistakes_of(folder: Path) -> list[str]:
    with pytest.raises(ExerciseInvalid) as caught:
        load(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_every_bundled_exercise_is_valid():
    assert "zero-grad-loop" in exercise_format.bundled()
    for slug, path in exercise_format.bundled().items():
        assert load(path).slug == slug


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_exercise_is_valid(tmp_path, kind):
    write_skeleton(tmp_path / "my-first-one", kind)
    exercise = load(tmp_path / "my-first-one")
    assert exercise.kind == kind
    assert exercise.title.get("en") == "My first one"
    assert exercise.limits == exercise_format.Limits(wall_s=10, cpu_s=1, memory_mib=512)


def test_fields(folder):
    exercise = load(folder)
    assert exercise.max_score == 4
    assert exercise.hints[2].get("zh-hant").startswith("用 `x` 的值")
    assert exercise.hints[2].get("zh-TW") == exercise.hints[2].zh_hant
    assert exercise.tests["test_gradient"].hint is not None
    mutant = next(mutant for mutant in exercise.mutants if mutant.name == "no_factor")
    assert (mutant.misconception, mutant.fails) == ("no-chain-factor", ["test_gradient"])
    assert exercise.accepted[0].why.startswith("torch.autograd.grad")
    assert exercise.statement("zh-hant").startswith("請寫出")


def test_the_hash_names_the_content_and_nothing_else(folder, tmp_path):
    first = load(folder)
    copy = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, copy)
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "probe.cpython-311.pyc").write_bytes(b"\0\1")
    (copy / ".statement.en.md.swp").write_bytes(b"\0\1")
    assert load(copy).content_hash == first.content_hash
    assert from_files(first.slug, dict(reversed(first.files.items()))).content_hash == first.content_hash
    edit(copy / "statement.en.md", ("gradient", "Gradient"))
    assert load(copy).content_hash != first.content_hash


def test_the_hash_stays_the_same_from_release_to_release():
    exercise = from_files("x", {"exercise.toml": MINIMAL, "b": "é", "a": ""}, check=False)
    assert exercise.content_hash == "2630d1ef365aca252ef415578d328d4e7c4996ea3ee60c84ab9c3e8ef48f0588"


def test_text_cannot_move_between_files_under_one_hash():
    one = from_files("x", {"exercise.toml": MINIMAL, "a": "bc", "d": ""}, check=False)
    other = from_files("x", {"exercise.toml": MINIMAL, "a": "b", "cd": ""}, check=False)
    assert one.content_hash != other.content_hash


MINIMAL = """
format = 1
kind = "implement"
tier = 1
section = "3.1"
concepts = []
entry_points = []
title = {en = "a", zh-hant = "b"}
tests = {}
hints = []
"""


def test_all_mistakes_are_told_at_once(folder):
    edit(
        folder / "exercise.toml",
        ('kind = "implement"', 'kind = "implment"'),
        ("tier = 1", "tear = 1"),
        ('title.zh-hant = "梯度正確"', 'title.zh-hant = " "'),
        ("points = 3", 'points = "three"'),
    )
    (folder / "statement.zh-hant.md").unlink()
    (folder / "probe.py").write_text("def probe(:\n")
    (folder / "solution.py").write_bytes(b"\xff\xfe")
    os.symlink("/etc/passwd", folder / "starter.py.bak")
    found = mistakes_of(folder)
    for expected in (
        """exercise.toml: kind: 'implment' is not allowed, did you mean "implement"?""",
        'exercise.toml: tear: unknown key, did you mean "tier"?',
        "exercise.toml: tier: missing, add it",
        "exercise.toml: tests.test_gradient.title.zh-hant: is empty, write it",
        "exercise.toml: tests.test_gradient.points: expected `float`, got `str`, use 0 to 100 points",
        "statement.zh-hant.md: is missing, add it",
        "probe.py: line 1: invalid syntax, write valid Python",
        "solution.py: byte 0: is not UTF-8, save the file as UTF-8",
        "starter.py.bak: is a symbolic link, put a copy of the file in its place",
    ):
        assert expected in found
    assert not any("solution.py: is missing" in mistake for mistake in found), "it is there, but refused"


MANIFEST_MISTAKES = [
    (("format = 1", "format = 2"), "format: expected `int` <= 1, write format = 1"),
    (("tier = 1", "tier = 4"), "tier: expected `int` <= 3, use tier 1, 2 or 3"),
    (('section = "3.2.3"', 'section = "three"'), 'section: expected `str` matching regex'),
    (('concepts = ["backward"]', "concepts = []"), "concepts: is empty, name at least one concept"),
    (('concepts = ["backward"]', 'concepts = ["Back Ward"]'), "concepts[1]: expected `str` matching regex"),
    (('concepts = ["backward"]', 'concepts = "backward"'), "concepts: expected a list, found text, write a list"),
    (("gradient_of_squares(x)", "gradient_of_squares(x"), "entry_points[1]: 'gradient_of_squares(x' is no signature"),
    (('["gradient_of_squares(x)"]', "[]"), "entry_points: is empty, name what the submission must define"),
    (("points = 1\n", ""), "tests.test_input_untouched.points: is missing or 0, give it points above 0"),
    (("points = 1\n", "points = 1\nadvice = true\n"), "tests.test_input_untouched.points: advice is worth no points"),
    (("points = 1\n", "points = 1\nadvise = true\n"), 'tests.test_input_untouched.advise: unknown key, did you mean "advice"?'),
    (('title.zh-hant = "輸入保持原狀"', ""), "tests.test_input_untouched.title.zh-hant: missing, add it"),
    (("# [limits]", "[limits]\nwall_s = 600\n"), "limits.wall_s: expected `float` <= 60.0, use 0 < seconds <= 60"),
    (("# [limits]", "[limits]\nmemory = 5\n"), "limits.memory: unknown key"),
    (("[misconceptions.no-chain-factor]", "[misconceptions.NoFactor]"), "misconceptions.NoFactor: is no misconception id"),
    (("被改變了：呼叫之後 {flag}", "被改變了：呼叫之後 {x}"), "messages.input-changed: the languages differ in {flag, x}"),
    (("changed: {flag}", "changed: {flag.__class__}"), "messages.input-changed.en: {flag.__class__} is not a simple name"),
    (("changed: {flag}", "changed: {0}"), "messages.input-changed.en: {0} is not a simple name"),
    (("[tests.test_gradient]", "[tests.test_gradeint]"), 'tests.test_gradeint: hidden_tests.py defines no such function, did you mean "test_gradient"?'),
    (("[public.test_example]", "[public.test_other]"), "public.test_other: public_tests.py defines no such function"),
    (("# [limits]", "[predict]\nfields = []\n# [limits]"), "predict: belongs to predict exercises only"),
    (("[[hints]]\nen = \"Only", "[[hint]]\nen = \"Only"), "hints: has 2 entries, write exactly 3: a question, a pointer, the idea"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), MANIFEST_MISTAKES, ids=[what for _, what in MANIFEST_MISTAKES])
def test_manifest_mistakes(folder, change, expected):
    edit(folder / "exercise.toml", change)
    assert any(mistake.startswith(f"exercise.toml: {expected}") for mistake in mistakes_of(folder)), mistakes_of(folder)


def test_toml_syntax(folder):
    edit(folder / "exercise.toml", ("tier = 1", "tier = "))
    assert mistakes_of(folder)[0] == "exercise.toml: line 3: invalid value, write valid TOML"


@pytest.mark.parametrize("raw", ["tests = 1", "hints = {}", "messages = []", "misconceptions = 3", "public = true"])
def test_a_wrong_shape_of_a_table_is_one_mistake_and_no_crash(folder, raw):
    name = raw.partition(" ")[0]
    lines = (folder / "exercise.toml").read_text().splitlines()
    kept, skipping = [raw], False
    for line in lines:
        if line.startswith("["):
            skipping = line.strip("[").startswith(name)
        if not skipping:
            kept.append(line)
    (folder / "exercise.toml").write_text("\n".join(kept))
    assert any(mistake.startswith(f"exercise.toml: {name}: expected") for mistake in mistakes_of(folder))


FILE_MISTAKES = [
    ("mutants/no_factor.py", "# misconception: no-chain-factor\n", "", "mutants/no_factor.py: misconception: the header is missing"),
    ("mutants/no_factor.py", "no-chain-factor", "no-chain", 'mutants/no_factor.py: misconception: exercise.toml has no [misconceptions.no-chain], did you mean "no-chain-factor"?'),
    ("mutants/no_factor.py", "# fails: test_gradient\n", "", "mutants/no_factor.py: fails: the header is missing"),
    ("mutants/no_factor.py", "test_gradient", "test_gradients", 'mutants/no_factor.py: fails: exercise.toml has no [tests.test_gradients], did you mean "test_gradient"?'),
    ("accepted/autograd_grad.py", "# why: ", "# because: ", "accepted/autograd_grad.py: why: the header is missing"),
    ("hidden_tests.py", "def test_gradient(", "def test_slope(", "hidden_tests.py: test_slope: has no table in exercise.toml, add [tests.test_slope]"),
    ("hidden_tests.py", "def test_gradient(", "def test_input_untouched(", "hidden_tests.py: test_input_untouched: is defined twice"),
    ("hidden_tests.py", 'student.probe("gradient"', 'student.probe("gradeint"', 'hidden_tests.py: line N: probe.py has no "gradeint", did you mean "gradient"?'),
    ("hidden_tests.py", 'fail("input-changed", flag="x")', 'fail("input-change", flag="x")', "hidden_tests.py: line N: exercise.toml has no [messages.input-change]"),
    ("hidden_tests.py", 'fail("input-changed", flag="x")', 'fail("input-changed")', 'hidden_tests.py: line N: fail("input-changed") does not give flag'),
    ("hidden_tests.py", 'misconception="writes-to-input"', 'misconception="writes"', "hidden_tests.py: line N: exercise.toml has no [misconceptions.writes]"),
    ("public_tests.py", "def test_example", "def test_sample", "public_tests.py: test_sample: has no table in exercise.toml, add [public.test_sample]"),
    ("solution.py", "def gradient_of_squares", "def gradients", "solution.py: gradient_of_squares: is not defined, but exercise.toml names it an entry point"),
    ("starter.py", "def gradient_of_squares", "def gradients", "starter.py: gradient_of_squares: is not defined"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), FILE_MISTAKES, ids=[case[3] for case in FILE_MISTAKES])
def test_mistakes_across_files(folder, file, old, new, expected):
    edit(folder / file, (old, new))
    found = [re.sub(r"line \d+", "line N", mistake) for mistake in mistakes_of(folder)]
    assert any(mistake.startswith(expected) for mistake in found), found


def test_calls_are_named_by_their_line(folder):
    path = folder / "hidden_tests.py"
    edit(path, ('student.probe("gradient", **problem)', 'student.probe("slope", **problem)'))
    line = 1 + next(number for number, text in enumerate(path.read_text().splitlines()) if '"slope"' in text)
    assert mistakes_of(folder) == [
        f'hidden_tests.py: line {line}: probe.py has no "slope", known here: gradient, submission'
    ]


PREDICT_MISTAKES = [
    ("exercise.toml", "predict(x, c)", "guess(x, c)", "exercise.toml: entry_points: must be one function named predict"),
    ("exercise.toml", 'type = "none-or-number"', 'type = "none-or-numer"', "exercise.toml: predict.fields[2].type: 'none-or-numer' is not allowed, did you mean \"none-or-number\"?"),
    ("exercise.toml", 'expr = "y.item()"', 'expr = "y.item("', "exercise.toml: predict.fields[1].expr: is no Python expression"),
    ("exercise.toml", 'name = "x_grad"', 'name = "y"', 'exercise.toml: predict.fields[2].name: "y" is there twice'),
    ("exercise.toml", '"`y` 的值"', '""', "exercise.toml: predict.fields[1].label.zh-hant: is empty"),
    ("exercise.toml", "[tests.test_x_grad]", "[tests.test_x_gard]", 'exercise.toml: tests.test_x_gard: belongs to no field, did you mean "test_x_grad"?'),
    ("exercise.toml", 'name = "x_grad"', 'name = "slope"', 'exercise.toml: tests.test_slope: is missing for the field "slope", add it'),
    ("snippet.tmpl", "$c", "$k", "snippet.tmpl: $k: is no parameter of predict(x, c)"),
    ("snippet.tmpl", "$c", "$", "snippet.tmpl: holds a $ that begins no name"),
    ("snippet.tmpl", "y.backward()", "y.backward(", "snippet.tmpl: line 5: '(' was never closed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), PREDICT_MISTAKES, ids=[case[3] for case in PREDICT_MISTAKES]
)
def test_predict_mistakes(predict_folder, file, old, new, expected):
    edit(predict_folder / file, (old, new))
    assert any(mistake.startswith(expected) for mistake in mistakes_of(predict_folder)), mistakes_of(predict_folder)


def test_predict_needs_its_own_files(predict_folder):
    (predict_folder / "snippet.tmpl").unlink()
    (predict_folder / "variants.py").unlink()
    assert mistakes_of(predict_folder) == ["snippet.tmpl: is missing, add it", "variants.py: is missing, add it"]


def test_unknown_files(folder):
    (folder / "hiden_tests.py").write_text("")
    (folder / "hidden_tests.py").rename(folder / "hidden_test.py")
    (folder / "mutants" / "Bad-Name.py").write_text("# misconception: writes-to-input\n# fails: test_gradient\n")
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("x")
    found = mistakes_of(folder)
    assert 'hidden_test.py: does not belong to an exercise, did you mean "hidden_tests.py"?' in found
    assert "hidden_tests.py: is missing, add it" in found
    assert "mutants/Bad-Name.py: is no module name, use a name such as no_zero.py" in found
    assert "notes/a.txt: does not belong to an exercise, remove it" in found


def test_limits_on_the_folder(folder):
    (folder / "statement.en.md").write_text("x" * (256 * 1024 + 1))
    os.mkfifo(folder / "mutants" / "pipe.py")
    (folder / "statement.zh-hant.md").write_text("a\0b")
    found = mistakes_of(folder)
    assert "statement.en.md: has 256 KiB, more than 256, make it shorter" in found
    assert "mutants/pipe.py: is not a regular file, remove it" in found
    assert "statement.zh-hant.md: character 1: is a NUL, remove it" in found
    for number in range(200):
        (folder / "mutants" / f"m{number}.py").write_text("")
    assert any("holds more than 200 files" in mistake for mistake in mistakes_of(folder))


def test_symbolic_links_are_refused_wherever_they_are(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.py").write_text("KEY = 1")
    shutil.rmtree(folder / "accepted")
    os.symlink(secret, folder / "accepted")
    assert any(mistake.startswith("accepted: is a symbolic link") for mistake in mistakes_of(folder))
    os.symlink(folder, tmp_path / "linked")
    assert mistakes_of(tmp_path / "linked")[0].endswith("is a symbolic link, give the exercise's own folder")


def test_missing_folder_and_bad_name(tmp_path, folder):
    assert "is not a folder" in mistakes_of(tmp_path / "nowhere")[0]
    folder.rename(tmp_path / "Bad_Name")
    assert mistakes_of(tmp_path / "Bad_Name")[0].startswith("Bad_Name: is no name for an exercise folder")


def test_published_versions_are_not_measured_by_newer_rules(folder):
    exercise = load(folder)
    files = {name: text for name, text in exercise.files.items() if not name.startswith("mutants/")}
    with pytest.raises(ExerciseInvalid):
        from_files(exercise.slug, files)
    assert from_files(exercise.slug, files, check=False).title == exercise.title


def test_entry_points():
    assert parse_entry_point("train(params, loss_fn, lr=0.1, *rest, steps, **more)").parameters == [
        "params", "loss_fn", "lr", "*rest", "steps", "**more",
    ]  # fmt: skip
    entry = parse_entry_point("class MySoftplus")
    assert (entry.name, entry.parameters) == ("MySoftplus", None)
    for text in (
        "train",
        "train(x): import os; def f()",
        "class",
        "class A: pass",
        "",
        "train(x) -> int:\n  1\ndef f()",
    ):
        with pytest.raises(ValueError, match="is no signature"):
            parse_entry_point(text)
