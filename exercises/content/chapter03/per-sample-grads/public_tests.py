"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

EXAMPLE = {"X": torch.tensor([[1.0], [2.0], [3.0]]), "y": torch.tensor([[2.0], [4.0], [9.0]])}
WEIGHT = torch.tensor([-2.0, -8.0, -36.0]).reshape(3, 1, 1)
BIAS = torch.tensor([-2.0, -4.0, -12.0]).reshape(3, 1)


def test_example(student):
    seen = student.probe("line", **EXAMPLE)
    assert_close(seen["grads"], {"weight": WEIGHT, "bias": BIAS}, "grads")


def test_one_forward(student):
    assert_equal(student.probe("line", **EXAMPLE)["calls"], 1, "number of forward calls")


def test_grad_untouched(student):
    assert_equal(student.probe("line", **EXAMPLE)["untouched"], True, "every .grad is None")
