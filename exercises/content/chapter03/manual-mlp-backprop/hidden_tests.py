"""Hidden tests of manual-mlp-backprop. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail


def draw(rng, rows=7, inputs=3, hidden=5, outputs=2, dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    problem = {
        "X": normal(rows, inputs),
        "y": normal(rows, outputs),
        "W1": normal(inputs, hidden),
        "b1": normal(hidden),
        "W2": normal(hidden, outputs),
    }
    if outputs > 1:
        problem["W2"][:, 0] = -problem["W2"][:, 0].abs()  # a mask by the sign of W2 shows, too
    # Each output is positive in some rows and negative in others, so that an activation too many shows.
    h = torch.relu(problem["X"] @ problem["W1"] + problem["b1"])
    problem["b2"] = normal(outputs) / 10 - (h @ problem["W2"]).mean(0)
    return problem


def check(student, reference, problem, keys=("loss", "W2", "b2", "W1", "b1"), **tolerance):
    seen = student.probe("grads", **problem)
    expected = reference.probe("grads", **problem)
    for key in keys:
        # One entry at a time: the message then names the gradient, and a missing one names its key.
        part = {key: seen[key]} if isinstance(seen, dict) and key in seen else seen
        assert_close(part, {key: expected[key]}, "grads", **tolerance)


def test_loss(student, reference, rng):
    check(student, reference, draw(rng), ["loss"])


def test_output_layer(student, reference, rng):
    check(student, reference, draw(rng), ["W2", "b2"])


def test_hidden_layer(student, reference, rng):
    check(student, reference, draw(rng), ["W1", "b1"])


def test_equal_sizes(student, reference, rng):
    """Where all sizes are 4 every product fits, and a transpose too many or too few shows only in the values."""
    check(student, reference, draw(rng, 4, 4, 4, 4))


def test_zero_preactivation(student, reference, rng):
    """Small whole numbers: row 0 of z is exactly 0, row 1 is barely positive or negative."""

    def whole(*shape):
        return torch.randint(-3, 4, shape, generator=rng).double()

    problem = {"X": whole(6, 3), "y": whole(6, 2), "W1": whole(3, 6), "W2": whole(6, 2), "b2": whole(2)}
    problem["y"][:2] += 100  # no error is 0 in these rows, so a wrong mask shows
    problem["W2"][:, 0] = torch.tensor([1.0, -1.0, 2.0, -2.0, 3.0, -3.0])
    problem["W1"][0] = torch.tensor([1.0, -1.0, 2.0, -2.0, 3.0, -3.0])
    problem["X"][0] = torch.tensor([2.0, 1.0, -1.0])
    problem["X"][1] = problem["X"][0] + torch.tensor([2.0**-40, 0.0, 0.0])
    problem["b1"] = -(problem["X"][0] @ problem["W1"])
    check(student, reference, problem)


def test_dead_units(student, reference, rng):
    """No unit answers to any row: only b2 still has a gradient."""
    problem = draw(rng)
    problem["b1"] = -(problem["X"] @ problem["W1"]).amax(0) - 0.5
    check(student, reference, problem)


def test_single_sizes(student, reference, rng):
    for sizes in ((1, 3, 4, 2), (5, 3, 4, 1), (5, 1, 1, 1), (1, 1, 1, 1)):
        problem = draw(rng, *sizes)
        problem["b1"] = problem["b1"].abs() + 0.1  # some units should be awake
        check(student, reference, problem)


def test_float32(student, reference, rng):
    check(student, reference, draw(rng, dtype=torch.float32), rtol=1e-3, atol=1e-5)


def test_inputs_untouched(student, reference, rng):
    problem = draw(rng)
    seen = student.probe("inputs_after", **problem)
    expected = reference.probe("inputs_after", **problem)
    assert_close(seen["answer"], expected["answer"], "grads")
    for name, before in problem.items():
        assert_close(seen["inputs"][name], before, name, rtol=0, atol=0)
    if seen["flagged"] is not False:
        fail("inputs-flagged")


def test_no_autograd(student, rng):
    if student.probe("saved", **draw(rng)) != 0:
        fail("graph-built")
