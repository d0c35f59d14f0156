"""Small changes of a solution: which there are, and that the proof asks for an explanation of those nobody notices."""

import ast
import json

import pytest

from exercises import fuzz

from .test_exercise_command import faults, run

SOURCE = '''"""Text stays."""
import torch


def step(w, lr, loss_fn):  # nor do comments count
    """Text stays."""
    loss = loss_fn(w, reduce=True)
    with torch.no_grad():
        if w.grad is not None and lr > 0:
            w -= lr * w.grad.detach()
    print(f"{loss + 1}")
    return loss.item(), -lr
'''


@pytest.mark.parametrize(
    "change",
    [
        "loss = loss_fn(w, reduce=True) -> pass",
        "loss = loss_fn(w, reduce=True) -> loss = loss_fn(w)",
        "loss = loss_fn(w, reduce=True) -> loss = loss_fn(w, reduce=False)",
        "with torch.no_grad(): -> if w.grad is not None and lr > 0:",
        "if w.grad is not None and lr > 0: -> w -= lr * w.grad.detach()",
        "if w.grad is not None and lr > 0: -> if w.grad is not None or lr > 0:",
        "if w.grad is not None and lr > 0: -> if w.grad is None and lr > 0:",
        "if w.grad is not None and lr > 0: -> if w.grad is not None and lr >= 0:",
        "if w.grad is not None and lr > 0: -> if w.grad is not None and lr > 1:",
        "if w.grad is not None and lr > 0: -> if w is not None and lr > 0:",
        "w -= lr * w.grad.detach() -> w += lr * w.grad.detach()",
        "w -= lr * w.grad.detach() -> w -= lr / w.grad.detach()",
        "w -= lr * w.grad.detach() -> w -= lr * w.grad",
        "return (loss.item(), -lr) -> return (loss, -lr)",
        "return (loss.item(), -lr) -> return (loss.item(), lr)",
    ],
)
def test_a_change(change):
    assert change in {found.name for found in fuzz.changes(SOURCE)}


def test_each_change_is_another_program_with_its_text_and_imports():
    found = fuzz.changes(SOURCE)
    programs = {change.source for change in found}
    assert len(programs) == len(found) >= 20
    assert ast.unparse(ast.parse(SOURCE)) not in programs
    for program in programs:
        compile(program, "changed.py", "exec")
        assert program.startswith('"""Text stays."""\nimport torch\n')
        assert "loss - 1" not in program  # what an f-string shows is of no interest


def test_swapped_arguments_decorators_and_loops():
    names = {change.name for change in fuzz.changes("for i in range(2, n):\n    f(a, *b, key=torch.relu(x))\n")}
    assert "for i in range(2, n): -> for i in range(n, 2):" in names
    assert "for i in range(2, n): -> f(a, *b, key=torch.relu(x))" in names
    assert "f(a, *b, key=torch.relu(x)) -> f(*b, a, key=torch.relu(x))" in names
    assert "f(a, *b, key=torch.relu(x)) -> f(a, *b, key=x)" in names


@pytest.mark.usefixtures("sandbox_client")
def test_what_nobody_notices_is_a_fault_until_it_is_explained(folder, tmp_path):
    tests = folder / "hidden_tests.py"
    assert run("check", folder, "--seeds", "1", "--fuzz", "--json")[0] == 0
    tests.write_text(tests.read_text().replace("assert_close(", "(lambda *_: None)("))
    (folder / "mutants/no_factor.py").unlink()
    code, printed = run("check", folder, "--seeds", "1", "--fuzz", "--json")
    unnoticed = [fault for fault in faults(json.loads(printed)) if "nobody notices" in fault]
    assert code == 1
    assert unnoticed
    manifest = folder / "exercise.toml"
    for fault in unnoticed:
        change = fault.split("nobody notices: ")[1]
        manifest.write_text(f"{manifest.read_text()}\n[[equivalents]]\nchange = {change!r}\nreason = 'no test looks'\n")
    page = tmp_path / "deep" / "matrix.html"
    _, printed = run("check", folder, "--seeds", "1", "--fuzz", "--json", "--html", page)
    assert not [fault for fault in faults(json.loads(printed)) if "nobody notices" in fault]
    assert "no test looks" in page.read_text()
    assert "input_requires_grad</th>" in page.read_text()


@pytest.mark.usefixtures("sandbox_client")
def test_an_explanation_without_a_change_is_noticed(folder):
    manifest = folder / "exercise.toml"
    manifest.write_text(f"{manifest.read_text()}\n[[equivalents]]\nchange = 'a -> b'\nreason = 'old'\n")
    code, printed = run("check", folder, "--seeds", "1", "--fuzz", "--json")
    assert code == 0
    assert "equivalents: a -> b" in printed


@pytest.mark.usefixtures("sandbox_client")
def test_of_two_changes_with_one_name_both_count(folder):
    """Nobody misses the first of these two equal statements, and every test the second."""
    lines = ["def gradient_of_squares(x):", "result = 2 * x", "result = 0 * x", "result = 2 * x", "return result"]
    (folder / "solution.py").write_text("\n    ".join(lines) + "\n")
    _, printed = run("check", folder, "--seeds", "1", "--fuzz", "--json")
    assert "solution.py: nobody notices: result = 2 * x -> pass" in faults(json.loads(printed))
