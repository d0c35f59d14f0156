"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

X = torch.tensor([3.0, 2.0])


def test_example(student):
    expected = torch.tensor([[2.0, 3.0], [6.0, 0.0], [0.0, 3.0]])
    assert_close(student.probe("jacobian", kind="square", x=X)["jac"], expected, "jac")


def test_one_output(student):
    a = torch.tensor([[5.0, 7.0]])
    assert_close(student.probe("jacobian", kind="linear", x=X, a=a)["jac"], a, "jac")


def test_flag(student):
    assert_equal(student.probe("jacobian", kind="square", x=X)["requires_grad"], False, "x.requires_grad")


def test_calls(student):
    assert_equal(student.probe("jacobian", kind="square", x=X)["calls"], 1, "calls of f")
