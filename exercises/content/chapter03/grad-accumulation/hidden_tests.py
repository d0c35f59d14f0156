"""Hidden tests of grad-accumulation. Every expected value comes from the reference, or from the rows that were sent."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-8, "atol": 1e-11}
CLOSE32 = {"rtol": 1e-3, "atol": 1e-5}


def draw(rng, rows, outputs=2, dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    problem = {"weights": [normal(3, 4), normal(4), normal(4, outputs), normal(outputs)]}
    X = normal(rows, 3)
    # The rows differ in kind along the batch, so that each micro-batch has a gradient of its own.
    y = normal(rows, outputs) + 2 * torch.arange(rows).to(dtype).reshape(-1, 1)
    return problem | {"X": X, "y": y}


def both(student, reference, problem, tolerance=CLOSE):
    """(seen, expected), with the gradients compared."""
    seen, expected = student.probe("accumulate", **problem), reference.probe("accumulate", **problem)
    for name, right in expected["grads"].items():
        grad = seen["grads"].get(name) if isinstance(seen["grads"], dict) else None
        assert_close(grad, right, f"{name}.grad", **tolerance)
    return seen, expected


def test_even(student, reference, rng):
    both(student, reference, draw(rng, 6) | {"micro": 2})


def test_uneven(student, reference, rng):
    for rows, micro in ((8, 3), (5, 4)):
        both(student, reference, draw(rng, rows) | {"micro": micro})


def test_batches(student, reference, rng):
    for rows, micro in ((7, 3), (4, 2), (2, 1)):
        problem = draw(rng, rows) | {"micro": micro, "more": True}
        seen, _ = both(student, reference, problem)
        if max(seen["sizes"], default=0) > micro:
            fail("too-large", seen=int(max(seen["sizes"])), expected=micro)
        got = seen["rows"]
        if not isinstance(got, torch.Tensor) or got.shape != problem["X"].shape:
            fail("rows")
        if sorted(got.tolist()) != sorted(problem["X"].tolist()):  # in whatever order
            fail("rows")
        if len(seen["sizes"]) > -(-rows // micro):
            fail("too-many", seen=len(seen["sizes"]), expected=-(-rows // micro))


def test_backward_at_once(student, reference, rng):
    seen, _ = both(student, reference, draw(rng, 7) | {"micro": 3})
    if seen["late"]:
        fail("backward-late", number=int(seen["late"][0]))
    assert_equal(len(seen["sizes"]) > 1, True, "number of micro-batches > 1")


def test_large_micro(student, reference, rng):
    for rows, micro in ((5, 5), (3, 100), (1, 4)):
        both(student, reference, draw(rng, rows) | {"micro": micro})


def test_leftover_gradients(student, reference, rng):
    for rows, micro, leftover in ((7, 3, -1.5), (4, 8, 2.0)):
        both(student, reference, draw(rng, rows) | {"micro": micro, "leftover": leftover})


def test_parameters_unchanged(student, reference, rng):
    for mode in (True, False):
        problem = draw(rng, 4) | {"micro": 3, "mode": mode, "more": True}
        seen, _ = both(student, reference, problem)
        assert_close(seen["params"], problem["weights"], "parameters", rtol=0, atol=0)
        if seen["inputs"] is not True:
            fail("changed", what="X, y")
        if seen["flagged"] is not False:
            fail("changed", what="requires_grad")
        if seen["training"] is not mode:
            fail("changed", what="model.training")


def test_other_losses(student, reference, rng):
    problem = draw(rng, 5, outputs=3) | {"micro": 3}
    labels = torch.randint(0, 3, (5,), generator=rng)
    both(student, reference, problem | {"y": labels, "loss": "cross_entropy"})
    both(student, reference, problem | {"loss": "l1"})
    both(student, reference, problem | {"y": problem["y"] / 4, "loss": "rows"})


def test_float32(student, reference, rng):
    both(student, reference, draw(rng, 4, dtype=torch.float32) | {"micro": 3}, CLOSE32)
    both(student, reference, draw(rng, 1, outputs=1, dtype=torch.float32) | {"micro": 1, "leftover": 1.0}, CLOSE32)
    both(student, reference, draw(rng, 2, outputs=1, dtype=torch.float32) | {"micro": 1}, CLOSE32)


def test_unused_parameter(student, rng):
    problem = draw(rng, 6) | {"micro": 4, "leftover": 3.0, "idle": torch.ones(2, dtype=torch.float64)}
    outcome, seen = student.outcome_of("accumulate", **problem)
    grad = seen["idle"] if outcome == "ok" else None
    if outcome != "ok" or (grad is not None and not (isinstance(grad, torch.Tensor) and not bool(grad.any()))):
        fail("unused")
