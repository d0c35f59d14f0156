"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

generator = torch.Generator().manual_seed(0)
WEIGHTS = [[torch.randn(shape, generator=generator) / 4 for shape in ((8, 64), (64,), (64, 8), (8,))] for _ in range(4)]
EXAMPLE = {"weights": WEIGHTS, "x": torch.randn(32, 8, generator=generator), "upstream": torch.ones(32, 8)}


def test_example(student, reference):
    seen, expected = student.probe("run", **EXAMPLE), reference.probe("run", **EXAMPLE)
    assert_close(seen["y"], expected["y"], "forward(blocks, x)")
    assert_close(seen["grads"], expected["grads"], "gradients")


def test_calls(student):
    seen = student.probe("run", **EXAMPLE)
    assert_equal(seen["forward"], [0, 1, 2, 3], "blocks called in the forward pass")
    assert_equal(seen["backward"], [3, 2, 1, 0], "blocks called in the backward pass")


def test_kept(student):
    seen = student.probe("measured", **EXAMPLE)
    if 2 * seen["yours"] > seen["plain"]:
        fail("kept", seen=seen["yours"], plain=seen["plain"])


def test_dropout(student, reference):
    problem = EXAMPLE | {"dropout": 0.5, "seed": 3}
    seen, expected = student.probe("run", **problem), reference.probe("run", **problem)
    assert_close(seen["grads"], expected["grads"], "gradients")
