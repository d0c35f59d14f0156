"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, fail

VALUES = [torch.tensor(3.0), torch.tensor(1.0)]
GRADS = [torch.tensor(6.0), None]


def test_none(student):
    seen = student.probe("clear", values=VALUES, grads=GRADS)
    if seen["grads"] != [None, None]:
        fail("still-there")


def test_zeros(student):
    w, b = student.probe("clear", values=VALUES, grads=GRADS, mode=False)["grads"]
    if w is None:
        fail("gone")
    assert_close(w, torch.tensor(0.0), "w.grad")
    if b is not None:
        fail("made-up")
