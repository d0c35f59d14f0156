"""Predictions handed in as a file: how `predict` is called, and where the key comes from."""

import warnings

import pytest

from exercises.format import bundled, load
from exercises.grading import draw_variants
from exercises.harness.parts import Field, Prediction
from exercises.harness.predict import ERROR, key_of
from exercises.prove import grade_patiently


@pytest.fixture
def grade(predict_folder, sandbox_client):
    exercise = load(predict_folder)

    def grade(source):
        return grade_patiently(sandbox_client, exercise, source.encode(), seed=5)

    return grade


@pytest.mark.parametrize(
    "source",
    [
        "def predict(x, c):\n    return x * x + c * x, 2 * x + c\n",
        "def predict(c, x):\n    return x * x + c * x, 2 * x + c\n",
        "def predict(start, factor):\n    return start * start + factor * start, 2 * start + factor\n",
        "def predict(a, b, /):\n    return a * a + b * a, 2 * a + b\n",
        "def predict(*given):\n    return given[0] * sum(given), given[0] + sum(given)\n",
        "def predict(**n):\n    return n['x'] * sum(n.values()), n['x'] + sum(n.values())\n",
    ],
)
def test_parameters_may_have_other_names(grade, source):
    result = grade(source)
    assert result.passed, result


def test_a_right_formula_with_the_numbers_mixed_up_is_wrong(grade):
    assert not grade("def predict(b, a):\n    return a * a + b * a, 2 * a + b\n").passed


@pytest.mark.parametrize("answer", ["None", "True", "'4'", "[4.0]", "torch.ones(2)"])
def test_an_answer_of_another_type_is_told_which_type_it_must_be(grade, answer):
    first, _second = grade(f"import torch\n\n\ndef predict(x, c):\n    return {answer}, 2 * x + c\n").tests
    assert [(message.id, message.params["expected"]) for message in first.messages] == [("predict_type", "number")]


def test_a_wrong_number_is_told_that_it_is_wrong(grade):
    first, second = grade("def predict(x, c):\n    return x * x + c * x, -1.0\n").tests
    assert first.passed and [message.id for message in second.messages] == ["predict_wrong"]


@pytest.mark.parametrize("slug", [slug for slug, path in bundled().items() if load(path).kind == "predict"])
def test_numbers_are_drawn_in_the_order_of_the_signature(slug, sandbox_client):
    exercise = load(bundled()[slug])
    (variant,) = draw_variants(sandbox_client, exercise, count=1, seed=0)
    assert exercise.entry_points == [f"predict({', '.join(variant)})"]


def test_the_key_does_not_mind_warnings():
    snippet = (
        "import warnings\nx = torch.ones(1, requires_grad=True)\ny = 2 * x\ny.sum().backward()\nwarnings.warn('no')\n"
    )
    fields = [Field("y_grad", "none-or-number", "y.grad"), Field("no", "number-or-error", "x.numpy()")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert key_of(Prediction(snippet, b"", fields), {}) == {"y_grad": None, "no": ERROR}
