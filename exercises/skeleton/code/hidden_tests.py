"""Runs in the checker, out of the submission's reach; `reference` is the same probe over solution.py."""

import torch

from exercises.harness.check import assert_close, fail


def draw(rng, *shape):
    return {"x": torch.randn(*shape, generator=rng, dtype=torch.float64)}


def test_gradient(student, reference, rng):
    for shape in [(5,), (2, 3), (1, 1)]:
        problem = draw(rng, *shape)
        seen = student.probe("gradient", **problem)
        expected = reference.probe("gradient", **problem)
        assert_close(seen["gradient"], expected["gradient"], "gradient_of_squares(x)")


def test_input_untouched(student, rng):
    seen = student.probe("gradient", **draw(rng, 4))
    if not seen["values_kept"]:
        fail("input-changed", flag="x")
    if seen["requires_grad"]:
        fail("input-changed", misconception="writes-to-input", flag="x.requires_grad")
