"""What "Run" shows: the statement's example, and a longer chain."""

import torch

from exercises.harness.check import assert_close, assert_equal


def example(student):
    return student.probe("chain", weights=[3.0, 2.0], x=torch.tensor([[2.0]]), target=8.0)


def test_example(student):
    seen = example(student)["grads"]
    assert_close(seen, [torch.tensor([[16.0]]), torch.tensor([[8.0]])], "grads")


def test_parameters(student):
    seen = example(student)["params"]
    assert_close(seen, [torch.tensor([[32.0]]), torch.tensor([[48.0]])], "weights.grad")


def test_list(student):
    seen = student.probe("chain", weights=[1.0, 2.0, -1.0, 0.5], x=torch.tensor([[1.0], [2.0]]), target=0.0)
    assert_equal(len(seen["grads"]) if isinstance(seen["grads"], list) else None, 4, "len(grads)")
