"""What "Run" shows: the statement's example and another point."""

import torch

from exercises.harness.check import assert_close


def test_example(student):
    assert_close(student.probe("read", x=torch.tensor(2.0))["reads"], [6.0, 12.0, 6.0], "three_reads(x)")


def test_other(student):
    assert_close(student.probe("read", x=torch.tensor(0.5))["reads"], [3.0, 6.0, 3.0], "three_reads(x)")
