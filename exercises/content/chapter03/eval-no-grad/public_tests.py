"""What "Run" shows: the statement's example."""

import torch

from exercises.harness.check import assert_close, assert_equal

EXAMPLE = {"X": torch.tensor([[1.0], [3.0]]), "y": torch.tensor([[3.0], [4.0]]), "weight": 2.0}


def test_example(student):
    assert_close(student.probe("small", **EXAMPLE, dropout=False)["value"], 2.5, "loss")


def test_dropout(student):
    # Dropout spares the two inputs now and then; four times in a row it hardly does.
    for _ in range(4):
        assert_close(student.probe("small", **EXAMPLE, dropout=True)["value"], 2.5, "loss")


def test_training_goes_on(student):
    assert_equal(student.probe("small", **EXAMPLE, dropout=True)["training"], True, "model.training")
