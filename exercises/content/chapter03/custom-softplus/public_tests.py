"""What "Run" shows: the statement's numbers, one of them multiplied by an upstream gradient."""

import torch

from exercises.harness.check import assert_close

X = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64)


def test_values(student):
    expected = torch.tensor([0.313262, 0.693147, 2.126928], dtype=torch.float64)
    assert_close(student.probe("forward", x=X), expected, "y", rtol=1e-5)


def test_gradient(student):
    seen = student.probe("backward", x=X)
    expected = torch.tensor([0.268941, 0.5, 0.880797], dtype=torch.float64)
    assert_close(seen["grad"], expected, "x.grad", rtol=1e-5)


def test_upstream(student):
    seen = student.probe("backward", x=X, upstream=torch.tensor([10.0, -2.0, 0.0], dtype=torch.float64))
    expected = torch.tensor([2.689414, -1.0, 0.0], dtype=torch.float64)
    assert_close(seen["grad"], expected, "x.grad", rtol=1e-5)
