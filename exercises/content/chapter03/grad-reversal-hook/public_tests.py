"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

THREE = torch.tensor(3.0, dtype=torch.float64)


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def test_example(student):
    seen = student.probe("branch", x=THREE, upstream=double(5.0), lam=2.0)
    assert_close(seen["y"], THREE, "y")
    assert_close(seen["grad"], double(-10.0), "x.grad")


def test_other_branch(student):
    assert_close(student.probe("two_branches", x=THREE, lam=2.0), double(-6.0), "x.grad")


def test_plain(student):
    seen = student.probe("plain", x=THREE, lam=2.0)
    assert_close(seen["y"], THREE, "y")
    assert_equal(seen["flag"], False, "y.requires_grad")
