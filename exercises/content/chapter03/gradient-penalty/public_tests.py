"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

X = torch.tensor([[3.0, 4.0], [0.0, 1.0]])


def test_example(student):
    assert_close(student.probe("bowl", x=X, lam=0.25)["loss"], torch.tensor(8.5), "loss")


def test_gradient(student):
    assert_close(student.probe("bowl", x=X, lam=0.25)["w_grad"], torch.tensor(11.5), "w.grad")


def test_no_penalty(student):
    seen = student.probe("bowl", x=X, lam=0.0)
    assert_close(seen["loss"], torch.tensor(6.5), "loss")
    assert_close(seen["w_grad"], torch.tensor(6.5), "w.grad")


def test_traces(student):
    seen = student.probe("bowl", x=X, lam=0.25)
    assert_equal(seen["requires_grad"], False, "x.requires_grad")
    assert_equal(seen["w_grad_before"], None, "w.grad before backward()")
