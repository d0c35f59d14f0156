"""The examples of "Run": the student sees these inputs and everything that is printed."""

import torch

from exercises.harness.check import assert_close


def test_example(student, reference):
    problem = {"x": torch.tensor([1.0, 2.0, 3.0])}
    seen = student.probe("gradient", **problem)
    expected = reference.probe("gradient", **problem)
    assert_close(seen["gradient"], expected["gradient"], "gradient_of_squares(x)")
