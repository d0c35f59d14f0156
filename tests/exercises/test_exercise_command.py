"""`manage.py exercise new` and `exercise check`: the proof finds what is wrong with an exercise."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from exercises import format as exercise_format
from exercises.management.commands.exercise import KINDS

pytestmark = pytest.mark.usefixtures("sandbox_client")


def run(*arguments) -> tuple[int, str]:
    """(exit code, what was printed)."""
    out = io.StringIO()
    try:
        call_command("exercise", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def check(folder, seeds=2) -> tuple[int, dict]:
    code, printed = run("check", folder, "--seeds", seeds, "--json")
    return code, json.loads(printed)


def faults(record: dict) -> list[str]:
    return [f"{fault['file']}: {fault['what']}" for fault in record["faults"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_exercise_passes_its_check(tmp_path, kind):
    code, printed = run("new", "my-exercise", "--kind", kind, "--into", tmp_path)
    assert code == 0
    assert str(tmp_path / "my-exercise") in printed
    assert exercise_format.load(tmp_path / "my-exercise").kind == kind
    code, record = check(tmp_path / "my-exercise")
    assert (code, record["faults"], record["mistakes"]) == (0, [], [])
    assert record["passed"] is True


@pytest.mark.parametrize(
    ("slug", "text"), [("Bad Name", "is no name"), ("../up", "is no name"), ("zero-grad-loop", "exists already")]
)
def test_new_refuses(tmp_path, slug, text):
    with pytest.raises(CommandError, match=text) as caught:
        run("new", slug, "--into", tmp_path)
    assert caught.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_new_overwrites_nothing(folder):
    before = (folder / "solution.py").read_text()
    with pytest.raises(CommandError, match="exists already"):
        run("new", folder.name, "--into", folder.parent)
    assert (folder / "solution.py").read_text() == before


def test_the_matrix_says_which_mutant_fails_where(folder):
    _, record = check(folder, seeds=3)
    assert record["seeds"] == 3
    assert record["matrix"] == {
        "mutants/input_requires_grad.py": {"test_gradient": 0, "test_input_untouched": 3},
        "mutants/no_factor.py": {"test_gradient": 3, "test_input_untouched": 0},
    }
    code, printed = run("check", folder, "--seeds", "1")
    assert code == 0
    assert "sum-of-squares: sound (2 mutants, 1 accepted, 1 seeds" in printed
    assert "no_factor             ●   ·" in printed


def test_a_mutant_that_passes_is_a_fault(folder):
    header = "# misconception: no-chain-factor\n# fails: test_gradient\n"
    (folder / "mutants/right.py").write_text(header + (folder / "solution.py").read_text())
    code, record = check(folder)
    assert code == 1
    assert faults(record) == [
        "mutants/right.py: passes test_gradient, but must fail it",
        "mutants/right.py: passes, but must not",
    ]
    assert record["faults"][0]["seeds"] == [0, 1]


def test_a_mutant_must_fail_each_test_that_it_names(folder):
    mutant = folder / "mutants/no_factor.py"
    mutant.write_text(mutant.read_text().replace("fails: test_gradient", "fails: test_gradient, test_input_untouched"))
    code, record = check(folder)
    assert code == 1
    assert faults(record) == ["mutants/no_factor.py: passes test_input_untouched, but must fail it"]
    _, printed = run("check", folder, "--seeds", "1")
    assert "no_factor             ●   !" in printed


def test_a_wrong_solution_an_accepted_that_fails_and_a_starter_that_passes_are_faults(folder):
    solution = (folder / "solution.py").read_text()
    (folder / "starter.py").write_text(solution)
    (folder / "accepted/autograd_grad.py").write_text(
        "# why: it is not\ndef gradient_of_squares(x):\n    return 3 * x\n"
    )
    (folder / "accepted/syntax.py").write_text(
        "# why: it stops\ndef gradient_of_squares(x):\n    raise ValueError(x)\n"
    )
    code, record = check(folder)
    assert code == 1
    assert "starter.py: passes, but must not" in faults(record)
    assert "accepted/autograd_grad.py: fails test_gradient" in faults(record)
    assert "accepted/autograd_grad.py: fails public test_example" in faults(record)
    detail = {fault["what"]: fault["detail"] for fault in record["faults"] if "syntax" in fault["file"]}
    assert "ValueError" in detail["fails test_gradient"]


def test_a_file_that_cannot_be_run_says_why(folder):
    (folder / "accepted/other_name.py").write_text("# why: it is not\ndef gradients(x):\n    return 2 * x\n")
    _, record = check(folder, seeds=1)
    details = {fault["detail"] for fault in record["faults"] if fault["file"] == "accepted/other_name.py"}
    assert any("`gradient_of_squares` is not defined" in detail for detail in details), details


def test_a_test_that_no_mutant_fails_is_a_notice(folder):
    (folder / "mutants/input_requires_grad.py").unlink()
    code, record = check(folder)
    assert code == 0
    assert [f"{notice['file']}: {notice['what']}" for notice in record["notices"]] == [
        "hidden_tests.py: no mutant says that it fails test_input_untouched"
    ]


def test_a_limit_that_leaves_slower_answers_no_room_is_a_notice(folder):
    busy = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end:\n    pass\n"
    (folder / "solution.py").write_text(busy + (folder / "solution.py").read_text())
    code, record = check(folder, seeds=1)
    assert code == 0
    assert "solution.py: limits.cpu_s = 1 is too near" in [f"{n['file']}: {n['what']}" for n in record["notices"]]


def test_tests_that_break_are_ours_and_a_fault(folder):
    tests = folder / "hidden_tests.py"
    tests.write_text(tests.read_text() + "\n\nraise RuntimeError\n")
    code, record = check(folder, seeds=1)
    assert code == 1
    assert "solution.py: could not be graded (sandbox_error)" in faults(record)


def test_mistakes_are_listed_and_the_others_still_checked(folder, predict_folder):
    (folder / "probe.py").unlink()
    code, printed = run("check", folder, predict_folder, "--seeds", "1", "--json")
    first, second = map(json.loads, printed.splitlines())
    assert code == 1
    assert first["passed"] is False
    assert {"file": "probe.py", "key": "", "what": "is missing", "remedy": "add it"} in first["mistakes"]
    assert second["passed"] is True
    code, printed = run("check", folder)
    assert code == 1
    assert "  probe.py: is missing, add it" in printed


def test_wrong_usage():
    for arguments, text in ((["check", "zero-grad-lop"], "did you mean"), (["publish", "nowhere"], "neither")):
        with pytest.raises(CommandError, match=text) as caught:
            run(*arguments)
        assert caught.value.returncode == 2
    for seeds in ("0", "x", "-3", "1001"):
        with pytest.raises(CommandError):
            run("check", "zero-grad-loop", "--seeds", seeds)
