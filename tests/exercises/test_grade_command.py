"""`manage.py grade`: the contract that other programs rely on, with the real sandbox."""

import io
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exercises import format as exercise_format

ROOT = Path(exercise_format.__file__).parent.parent
LOOP = exercise_format.bundled()["zero-grad-loop"]
KEYS = [
    "file", "status", "outcome", "score", "max_score", "passed", "tests", "misconception", "one_of",
    "wall_ms", "cpu_ms", "peak_mib",
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("sandbox_client")


def run(*arguments) -> tuple[int, str]:
    """(exit code, what was printed)."""
    out = io.StringIO()
    try:
        call_command("grade", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def records(*arguments) -> tuple[int, list[dict]]:
    code, printed = run(*arguments, "--json")
    return code, [json.loads(line) for line in printed.splitlines()]


def write(tmp_path: Path, source: str | bytes) -> Path:
    path = tmp_path / "mine.py"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return path


def test_the_solution_gets_full_marks():
    code, (record,) = records("zero-grad-loop", LOOP / "solution.py")
    assert code == 0
    assert list(record) == KEYS
    assert record["file"] == str(LOOP / "solution.py")
    assert (record["status"], record["outcome"], record["passed"]) == ("graded", "ok", True)
    assert record["score"] == record["max_score"] == exercise_format.load(LOOP).max_score
    assert record["misconception"] is None
    assert record["wall_ms"] > 0
    assert record["cpu_ms"] > 0
    assert record["peak_mib"] > 0
    assert [test["id"] for test in record["tests"]] == list(exercise_format.load(LOOP).tests)
    for test in record["tests"]:
        assert list(test) == ["id", "passed", "advice", "points", "message"]
        assert isinstance(test["points"], float)
        assert (test["passed"], test["message"]) == (True, "")


def test_files_come_in_order_one_a_line_and_one_failure_decides():
    files = [LOOP / "mutants/no_zero.py", LOOP / "solution.py", LOOP / "starter.py", LOOP / "solution.py"]
    code, found = records("zero-grad-loop", *files)
    assert code == 1
    assert [record["file"] for record in found] == [str(file) for file in files]
    assert [record["passed"] for record in found] == [False, True, False, True]
    failed = [test for test in found[0]["tests"] if not test["passed"]]
    assert failed
    assert all(test["message"] and test["points"] == 0 for test in failed)


def test_an_endless_loop_is_told_after_its_seconds_of_cpu(tmp_path):
    source = "while True:\n    pass\n"
    _, printed = run("zero-grad-loop", write(tmp_path, source))
    assert "did not finish within 1 s" in printed
    _, (record,) = records("zero-grad-loop", write(tmp_path, source))
    assert record["outcome"] == "time_limit"
    assert record["cpu_ms"] < 2000


def test_one_seed_gives_one_result():
    def numbers(seed):
        _, (record,) = records("zero-grad-loop", LOOP / "mutants/no_zero.py", "--seed", seed)
        return [test["message"] for test in record["tests"]]

    assert numbers(7) == numbers(7)
    assert numbers(7) != numbers(8)


# A regression in the shape of the chapter's: X (N, 1) times w (1,) is a row of N, and y a column.
SCRIPT = """import torch

torch.manual_seed(0)
X = torch.randn(40, 1)
y = 3 * X - 1
w, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
for _ in range(5):
    y_pred = torch.matmul(X, w) + b
    loss = ((y_pred - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


@pytest.mark.parametrize(
    "source",
    [
        SCRIPT,
        textwrap.indent(SCRIPT, "    "),  # as it is printed in a list: Python cannot even read it
        (exercise_format.bundled()["fix-regression"] / "mutants/original.py").read_text(),
    ],
    ids=["script", "indented", "fit"],
)
def test_the_chapter_s_regression_is_told_of_its_broadcast(tmp_path, source):
    code, (record,) = records("fix-regression", write(tmp_path, source))
    assert (code, record["passed"]) == (1, False)
    assert any("(N, N)" in test["message"] for test in record["tests"])


BAD = {
    "syntax error": ("def train(params, loss_fn, lr, steps):\n    return = 1\n", "Line 2, column"),
    "not utf-8": (b"# caf\xe9\n", "not UTF-8"),
    "nul bytes": (b"x = 1\0\n", "NUL bytes"),
    "too large": (b"#" * 70_000, "at most 65536"),
    "missing function": ("x = 1\n", "`train` is not defined"),
    "wrong signature": ("def train(params):\n    return []\n", "`train` is called as"),
    "raises when loaded": ("import nothing_like_this\n", "`nothing_like_this` is not available"),
    "exit": ("import sys\nsys.exit(0)\n", "SystemExit: 0 while it was being loaded"),
    "hard exit": ("import os\nos._exit(0)\n", "ended itself"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_fails_with_a_clear_message(tmp_path, name):
    source, text = BAD[name]
    code, (record,) = records("zero-grad-loop", write(tmp_path, source))
    assert code == 1
    assert (record["status"], record["passed"], record["score"]) == ("graded", False, 0)
    assert {test["id"] for test in record["tests"]} == exercise_format.load(LOOP).tests.keys()
    assert all(text in test["message"] for test in record["tests"] if not test["advice"])


def test_messages_come_in_the_asked_language(tmp_path):
    path = write(tmp_path, "def train(params, loss_fn, lr, steps):\n    return = 1\n")
    _, (record,) = records("zero-grad-loop", path, "--locale", "zh-hant")
    assert "第 2 行" in record["tests"][0]["message"]
    assert "return = 1" in record["tests"][0]["message"]
    _, printed = run("zero-grad-loop", path, "--locale", "zh-hant")
    assert "Python 無法讀取你的檔案" in printed


def test_people_read_titles_points_and_messages():
    code, printed = run("zero-grad-loop", LOOP / "solution.py", LOOP / "mutants/no_zero.py", "--seed", 3)
    assert code == 1
    assert f"{LOOP / 'solution.py'}: passed, 15 of 15 points" in printed
    assert f"{LOOP / 'mutants/no_zero.py'}: failed" in printed
    assert "--seed 3)" in printed
    assert "The parameters follow gradient descent step by step" in printed
    assert "is wrong: the largest difference is" in printed
    assert "\x1b" not in printed, "colours are for terminals"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["zero-grad-lop", LOOP / "solution.py"], 'did you mean "zero-grad-loop"?'),
        (["zero-grad-loop", "nowhere.py"], "nowhere.py is no file"),
        (["zero-grad-loop", LOOP], "is a folder"),
        (["../zero-grad-loop", LOOP / "solution.py"], "No exercise"),
    ],
)
def test_wrong_usage(arguments, text):
    with pytest.raises(CommandError, match=r".") as caught:
        run(*arguments, "--json")
    assert caught.value.returncode == 2
    assert text in str(caught.value)


def test_what_we_break_is_errored_and_never_scored(folder, monkeypatch):
    tests = folder / "hidden_tests.py"
    tests.write_text(tests.read_text() + '\n\nraise RuntimeError("the author broke this")\n')
    monkeypatch.setattr(exercise_format, "bundled", lambda: {"sum-of-squares": folder})
    code, (record,) = records("sum-of-squares", folder / "solution.py")
    assert code == 3
    assert (record["status"], record["outcome"]) == ("errored", "sandbox_error")
    assert (record["passed"], record["score"], record["max_score"]) == (False, 0, 4)
    code, _ = records("sum-of-squares", folder / "solution.py", folder / "starter.py")
    assert code == 3, "an error of ours outweighs a failure"


def manage(*arguments, **environment) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "grade", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=110,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["zero-grad-loop"],
        ["no-such", LOOP / "solution.py"],
        ["zero-grad-loop", "nowhere.py"],
        ["zero-grad-loop", LOOP / "solution.py", "--seed", "x"],
        ["zero-grad-loop", LOOP / "solution.py", "--seed", "-1"],
        ["zero-grad-loop", LOOP / "solution.py", "--locale", "fr"],
    ],
)
def test_the_process_ends_with_2_for_wrong_usage(arguments):
    ended = manage(*arguments)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_the_process_brings_its_own_sandbox_and_needs_no_database(tmp_path):
    nowhere = {
        "GRADUS_VAR": str(tmp_path),
        "SANDBOX_SOCKET": str(tmp_path / "none.sock"),
        "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        "REDIS_URL": "redis://localhost:1/0",
        "DEBUG": "0",
    }
    ended = manage("zero-grad-loop", LOOP / "solution.py", LOOP / "starter.py", "--json", **nowhere)
    assert ended.returncode == 1, ended.stderr
    assert [json.loads(line)["passed"] for line in ended.stdout.splitlines()] == [True, False]
