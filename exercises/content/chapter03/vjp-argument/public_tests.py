"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close


def test_example(student):
    seen = student.probe("pair", v=torch.tensor([7.0, -2 / 3]))
    assert_close(seen, torch.tensor([10.0, 21.0]), "vjp")


def test_rows(student):
    assert_close(student.probe("pair", v=torch.tensor([1.0, 0.0])), torch.tensor([2.0, 3.0]), "vjp")
    assert_close(student.probe("pair", v=torch.tensor([0.0, 1.0])), torch.tensor([6.0, 0.0]), "vjp")


def test_scalar(student):
    assert_close(student.probe("cube", v=torch.tensor(0.5)), torch.tensor(6.0), "vjp")
