"""What "Run" shows: the statement's example and two small variations."""

import torch

from exercises.harness.check import assert_close, assert_equal


def test_example(student):
    start = torch.tensor(5.0, dtype=torch.float64)
    seen = student.probe("bowl", start=start, lr=0.25, steps=3)
    assert_close(seen["history"], [9.0, 2.25, 0.5625], "losses")
    assert_close(seen["params"][0], torch.tensor(2.375, dtype=torch.float64), "w")


def test_second_call(student):
    """Two calls in a row must not know of each other."""
    start = torch.tensor(5.0, dtype=torch.float64)
    first = student.probe("bowl", start=start, lr=0.25, steps=2)
    second = student.probe("bowl", start=first["params"][0], lr=0.25, steps=1)
    assert_close(second["history"], [0.5625], "losses")


def test_zero_steps(student):
    start = torch.tensor(5.0, dtype=torch.float64)
    seen = student.probe("bowl", start=start, lr=0.25, steps=0)
    assert_equal(seen["history"], [], "losses")
    assert_close(seen["params"][0], start, "w")
