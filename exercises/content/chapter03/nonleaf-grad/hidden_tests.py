"""Hidden tests of nonleaf-grad. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-11}
CLOSE32 = {"rtol": 1e-3, "atol": 1e-4}


def draw(rng, sizes=(3, 4, 2), rows=5, between="tanh", dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    pairs = list(zip(sizes, sizes[1:], strict=False))
    return {
        "sizes": list(sizes),
        "weights": [normal(outputs, inputs) for inputs, outputs in pairs],
        "biases": [normal(outputs) for _, outputs in pairs],
        "between": between,
        "x": normal(rows, sizes[0]),
        "target": normal(rows, sizes[-1]) * 2,
    }


def check_grads(seen, expected, tolerance, what="grads"):
    if isinstance(seen, list):
        for index, grad in enumerate(seen):
            if grad is None:
                fail("none-in-list", index=index)
    assert_close(seen, expected, what, **tolerance)


def same(seen, expected):
    """For advice, which has a message of its own: are these the right gradients?"""
    if not isinstance(seen, list) or len(seen) != len(expected):
        return False
    return all(
        isinstance(g, torch.Tensor) and g.shape == e.shape and g.dtype == e.dtype and torch.allclose(g, e)
        for g, e in zip(seen, expected, strict=True)
    )


def both(student, reference, problem, tolerance=CLOSE):
    """(seen, expected), with the gradients compared: what is left clean earns nothing without them."""
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    check_grads(seen["grads"], expected["grads"], tolerance)
    return seen, expected


def test_values(student, reference, rng):
    both(student, reference, draw(rng))


def test_order(student, reference, rng):
    """All outputs have one shape, so only the numbers tell which is which."""
    both(student, reference, draw(rng, sizes=(4, 4, 4, 4), rows=4, between=""))


def test_parameter_gradients(student, reference, rng):
    problem = draw(rng)
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    assert_close(seen["params"], expected["params"], "parameters.grad", **CLOSE)


def test_layers_clean(student, reference, rng):
    for between in ("tanh", "identity"):
        seen, _ = both(student, reference, draw(rng, between=between))
        if seen["hooks"] != 0:
            fail("hooks-left", count=int(seen["hooks"]))
        if seen["flags_kept"] is not True:
            fail("flags-left")


def test_x_clean(student, reference, rng):
    seen, _ = both(student, reference, draw(rng))
    assert_equal(seen["x_same"], True, "x == x_before")
    if seen["x_flagged"] is not False:
        fail("x-flagged")


def test_any_network(student, reference, rng):
    for sizes, between, rows in (((3, 2), "", 5), ((2, 3, 3, 3, 1), "relu", 3), ((1, 1, 1), "identity", 1)):
        seen, expected = both(student, reference, draw(rng, sizes, rows, between))
        assert_close(seen["params"], expected["params"], "parameters.grad", **CLOSE)


def test_float32(student, reference, rng):
    problem = draw(rng, rows=1, dtype=torch.float32)
    # With a target that no output reaches, the last gradient is negative everywhere.
    seen, expected = both(student, reference, problem | {"target": problem["target"].abs() + 20}, CLOSE32)
    assert_close(seen["params"], expected["params"], "parameters.grad", **CLOSE32)


def test_two_calls(student, reference, rng):
    problem = draw(rng)
    problem["other"] = torch.randn(problem["x"].shape, generator=rng, dtype=torch.float64)
    seen = student.probe("twice", **problem)
    expected = reference.probe("twice", **problem)
    check_grads(seen["second"], expected["second"], CLOSE)
    check_grads(seen["first"], expected["first"], CLOSE)
    check_grads(seen["first_later"], expected["first"], CLOSE)


def test_one_pass(student, rng):
    problem = draw(rng)
    calls = student.probe("network", **problem)["calls"]
    if calls != len(problem["weights"]):
        fail("calls", seen=calls, expected=len(problem["weights"]))


def test_accumulates(student, reference, rng):
    problem = draw(rng)
    pairs = zip(problem["weights"], problem["biases"], strict=True)
    problem["leftover"] = [torch.ones_like(tensor) * 3 for pair in pairs for tensor in pair]
    if not same(student.probe("network", **problem)["params"], reference.probe("network", **problem)["params"]):
        fail("not-added")


def test_shared_layer(student, reference, rng):
    problem = draw(rng, sizes=(3, 4, 4, 2)) | {"shared": True}  # the tanh stands in two places
    outcome, seen = student.outcome_of("network", **problem)
    if outcome != "ok" or not same(seen["grads"], reference.probe("network", **problem)["grads"]):
        fail("shared")
