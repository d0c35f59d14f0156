"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal


def column(*values):
    return torch.tensor(values, dtype=torch.float32).reshape(-1, 1)


EXAMPLE = {"X": column(1.0, 2.0, 3.0), "y": column(2.0, 4.0, 9.0), "micro": 2}


def test_example(student):
    seen = student.probe("line", **EXAMPLE)
    assert_close(seen["grad"], torch.tensor([[-46 / 3]]), "w.grad", rtol=1e-5)


def test_second_call(student):
    seen = student.probe("line", **EXAMPLE, calls=2)
    assert_close(seen["grad"], torch.tensor([[-46 / 3]]), "w.grad", rtol=1e-5)


def test_sizes(student):
    X = column(1.0, 2.0, 3.0, 4.0, 5.0)
    seen = student.probe("line", X=X, y=2 * X, micro=2)
    assert_equal(len(seen["sizes"]), 3, "number of micro-batches")
    assert_equal(sum(seen["sizes"]), 5, "rows in all")
    assert_equal(max(seen["sizes"]), 2, "largest micro-batch")
