"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close

EXAMPLE = {"x": torch.tensor([1.0]), "w": torch.tensor(1.0), "noise": torch.tensor([1.0])}


def test_example(student):
    seen = student.probe("square", **EXAMPLE)
    assert_close(seen["loss"], 9.0, "loss")
    assert_close(seen["w"], torch.tensor(24.0), "w.grad")
    assert_close(seen["x"], torch.tensor([24.0]), "x.grad")


def test_plain_input(student):
    seen = student.probe("square", **EXAMPLE, plain=True)
    assert_close(seen["loss"], 9.0, "loss")
    assert_close(seen["w"], torch.tensor(24.0), "w.grad")
