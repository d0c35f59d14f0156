"""What "Run" shows: the statement's example, then one where a unit sleeps."""

import torch

from exercises.harness.check import assert_close


def example():
    return {
        "X": torch.tensor([[1.0, 2.0]], dtype=torch.float64),
        "y": torch.tensor([[1.0]], dtype=torch.float64),
        "W1": torch.tensor([[1.0, -1.0], [0.5, 0.25]], dtype=torch.float64),
        "b1": torch.tensor([0.0, 0.25], dtype=torch.float64),
        "W2": torch.tensor([[2.0], [3.0]], dtype=torch.float64),
        "b2": torch.tensor([-1.0], dtype=torch.float64),
    }


def test_output_layer(student):
    seen = student.probe("grads", **example())
    expected = {
        "loss": torch.tensor(4.0, dtype=torch.float64),
        "W2": torch.tensor([[8.0], [0.0]], dtype=torch.float64),
        "b2": torch.tensor([4.0], dtype=torch.float64),
    }
    assert_close(seen, expected, "grads")


def test_hidden_layer(student):
    seen = student.probe("grads", **example())
    expected = {
        "W1": torch.tensor([[8.0, 0.0], [16.0, 0.0]], dtype=torch.float64),
        "b1": torch.tensor([8.0, 0.0], dtype=torch.float64),
    }
    assert_close(seen, expected, "grads")
