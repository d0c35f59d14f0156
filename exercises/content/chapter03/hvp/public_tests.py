"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

X = torch.tensor([3.0, 5.0], dtype=torch.float64)


def vector(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_example(student):
    assert_close(student.probe("product", x=X, v=vector(1.0, -2.0))["hv"], vector(-2.0, 6.0), "H v")


def test_unit_vectors(student):
    assert_close(student.probe("product", x=X, v=vector(1.0, 0.0))["hv"], vector(10.0, 6.0), "H's first column")
    assert_close(student.probe("product", x=X, v=vector(0.0, 1.0))["hv"], vector(6.0, 0.0), "H's second column")


def test_flag(student):
    assert_equal(student.probe("product", x=X, v=vector(1.0, 1.0))["requires_grad"], False, "x.requires_grad")
