"""What "Run" shows: the statement's two examples, and a matrix."""

import torch

from exercises.harness.check import assert_close


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def test_example(student):
    seen = student.probe("second", kind="cube", x=double(2.0), eps=0.1)
    assert_close(seen, double(12.01), "grad")


def test_two_elements(student):
    seen = student.probe("second", kind="product", x=double([3.0, 2.0]), eps=None)
    assert_close(seen, double([12.0, 9.0]), "grad", rtol=1e-6)


def test_matrix(student):
    seen = student.probe("second", kind="trace", x=double([[1.0, 2.0], [3.0, 4.0]]), eps=0.5)
    assert_close(seen, double([[7.0, 11.0], [9.0, 13.0]]), "grad")
