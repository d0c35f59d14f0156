"""What "Run" shows: the statement's example, with and without the engine."""

import torch

from exercises.harness.check import assert_close

A = torch.tensor([[1.0], [2.0]], dtype=torch.float64)
B = torch.tensor([10.0, 20.0, 30.0], dtype=torch.float64)
ONES = torch.ones(2, 3, dtype=torch.float64)
GRAD_A = torch.tensor([[60.0], [60.0]], dtype=torch.float64)
GRAD_B = torch.tensor([3.0, 3.0, 3.0], dtype=torch.float64)


def test_example(student):
    seen = student.probe("backward", a=A, b=B, upstream=ONES)
    assert_close(seen["y"], torch.tensor([[10.0, 20, 30], [20, 40, 60]], dtype=torch.float64), "y")
    assert_close(seen["a"], GRAD_A, "a.grad")
    assert_close(seen["b"], GRAD_B, "b.grad")


def test_example_shapes(student):
    seen = student.probe("direct", a=A, b=B, upstream=ONES)
    assert_close(seen, (GRAD_A, GRAD_B), "Mul.backward(y.grad_fn, ones)")


def test_same_shapes(student):
    a, b, upstream = (torch.tensor(item, dtype=torch.float64) for item in ([1.0, 2.0], [3.0, 4.0], [10.0, -1.0]))
    seen = student.probe("backward", a=a, b=b, upstream=upstream)
    assert_close(seen["y"], torch.tensor([3.0, 8.0], dtype=torch.float64), "y")
    assert_close(seen["a"], torch.tensor([30.0, -4.0], dtype=torch.float64), "a.grad")
    assert_close(seen["b"], torch.tensor([10.0, -2.0], dtype=torch.float64), "b.grad")
