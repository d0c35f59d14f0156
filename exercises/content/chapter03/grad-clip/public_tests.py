"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close

EXAMPLE = {
    "values": [torch.zeros(2, dtype=torch.float64), torch.zeros((), dtype=torch.float64)],
    "grads": [torch.tensor([3.0, 4.0], dtype=torch.float64), torch.tensor(12.0, dtype=torch.float64)],
}


def half():
    return [torch.tensor([1.5, 2.0], dtype=torch.float64), torch.tensor(6.0, dtype=torch.float64)]


def test_example(student):
    seen = student.probe("clip", **EXAMPLE, max_norm=6.5)
    assert_close(seen["norm"], 13.0, "norm", rtol=1e-5)
    assert_close(seen["grads"], half(), "grads", rtol=1e-5)


def test_small(student):
    seen = student.probe("clip", **EXAMPLE, max_norm=20)
    assert_close(seen["norm"], 13.0, "norm", rtol=1e-5)
    assert_close(seen["grads"], EXAMPLE["grads"], "grads", rtol=1e-12)


def test_again(student):
    seen = student.probe("clip", **EXAMPLE, max_norm=6.5, times=2)
    assert_close(seen["norm"], 6.5, "norm", rtol=1e-5)
    assert_close(seen["grads"], half(), "grads", rtol=1e-5)
