"""Which misconception a wrong answer is told of, in the real sandbox."""

import pytest

from exercises.format import load
from exercises.prove import grade_patiently

RAISES = "def gradient_of_squares(x):\n    raise {error}\n"
WRITES = "# misconception: writes-to-input\n# fails: {fails}\n"
NO_FACTOR = "# misconception: no-chain-factor\n# fails: {fails}\n"
NOBODY_KNOWS = 'RuntimeError("nobody has seen this before")'


@pytest.fixture
def named(folder, sandbox_client):
    """The id that a source is told of, a list when it is one of several, or None; by the mutants of that moment."""

    def name(source):
        result = grade_patiently(sandbox_client, load(folder), source.encode(), seed=3)
        assert (result.status, result.passed) == ("graded", False)
        assert not (result.misconception and result.one_of)
        return result.misconception or result.one_of or None

    return name


def mutant(folder, name, text):
    (folder / "mutants" / f"{name}.py").write_text(text)


def test_two_unexplained_errors_are_not_the_same_mistake(folder, named):
    mutant(folder, "raises", WRITES.format(fails="test_gradient") + RAISES.format(error=NOBODY_KNOWS))
    assert named(RAISES.format(error='RuntimeError("something else")')) is None
    assert named(RAISES.format(error=NOBODY_KNOWS)) is None


def test_errors_with_the_same_explanation_are(folder, named):
    text = "def gradient_of_squares(x):\n    (x * x).sum().backward()\n    return x.grad\n"
    mutant(folder, "no_leaf", WRITES.format(fails="test_gradient") + text)
    assert named("def gradient_of_squares(x):\n    x.sum().backward()\n    return 2 * x\n") == "writes-to-input"
    assert named(RAISES.format(error='ValueError("element 0 of tensors does not require grad")')) is None


def test_a_name_in_the_explanation_must_be_the_same(folder, named):
    mutant(
        folder,
        "torhc",
        WRITES.format(fails="test_gradient") + "def gradient_of_squares(x):\n    return torhc.ones(1)\n",
    )
    assert named("def gradient_of_squares(x):\n    return torhc.zeros(2)\n") == "writes-to-input"
    assert named("def gradient_of_squares(x):\n    return tensor(2)\n") is None


# Only test_input_untouched asks about four elements.
SEVEN_AND_WRITES = (
    WRITES.format(fails="test_gradient, test_input_untouched")
    + "def gradient_of_squares(x):\n    return 7 * (x.requires_grad_().detach() if x.shape == (4,) else x)\n"
)


def test_a_mutant_that_fails_what_the_student_passed_is_not_it(folder, named):
    mutant(folder, "a_seven_and_writes", SEVEN_AND_WRITES)
    mutant(folder, "seven", NO_FACTOR.format(fails="test_gradient") + "def gradient_of_squares(x):\n    return 7 * x\n")
    assert named("def gradient_of_squares(x):\n    return 3 * x + 4 * x\n") == "no-chain-factor"
    # Both answer alike, and it passed nothing that tells them apart.
    assert named(SEVEN_AND_WRITES) == ["no-chain-factor", "writes-to-input"]


def test_a_mutant_that_fails_more_is_named_when_nothing_else_answers_alike(folder, named):
    mutant(folder, "seven_and_writes", SEVEN_AND_WRITES)
    assert named("def gradient_of_squares(x):\n    return 3 * x + 4 * x\n") == "writes-to-input"
