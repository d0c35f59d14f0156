"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, fail

EXAMPLE = {"x": torch.tensor([0.0]), "k": 4}


def test_value(student):
    assert_close(student.probe("value", **EXAMPLE, needs_grad=True)["y"], torch.tensor([2.0]), "y")


def test_gradient(student):
    seen = student.probe("gradient", **EXAMPLE, upstream=torch.tensor([1.0]))
    if seen["has_graph"] is not True:
        fail("no-graph")
    assert_close(seen["grad"], torch.tensor([1.0]), "x.grad")
