"""Hidden tests of gradient-penalty. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-5, "atol": 1e-5}  # leaves room for a small constant under the root; test_exact leaves none
CLOSE32 = {"rtol": 1e-4, "atol": 1e-4}
LOOSE = {"rtol": 1e-3, "atol": 1e-3}  # a single row may be nearly flat


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def draw(rng, rows, d, lam=10.0, scale=1.0, offset=0.0, dtype=torch.float64):
    """x, lam and a critic of 5 units; `scale` multiplies its slopes, `offset` is added to its scores.

    No row is nearly flat for tanh: there a small constant under the root, which is allowed, would show.
    """
    while True:
        problem = _draw(rng, rows, d, lam, scale, offset, dtype)
        if scale > 1 or bool((_slopes(**problem["weights"], x=problem["x"]) > 0.1).all()):
            return problem


def _slopes(W, b, a, c, x):
    return ((1 - torch.tanh(x @ W.T + b) ** 2) * a @ W).norm(dim=1)


def _draw(rng, rows, d, lam, scale, offset, dtype):
    weights = {"W": normal(rng, 5, d) * scale, "b": normal(rng, 5), "a": normal(rng, 5), "c": normal(rng) + offset}
    if d == 1:  # a slope near 0, where the norm has a kink, would be likely otherwise
        weights |= {name: weights[name].abs() + 0.3 for name in "Wa"}
    weights = {name: weight.to(dtype) for name, weight in weights.items()}
    return {"weights": weights, "x": normal(rng, rows, d, dtype=dtype), "lam": lam}


def check_loss(student, reference, problem, tolerance=CLOSE):
    seen, expected = student.probe("loss", **problem), reference.probe("loss", **problem)
    assert_close(seen["loss"], expected["loss"], "loss", **tolerance)


def check_both(student, reference, problem, tolerance=CLOSE):
    """The loss and, after loss.backward(), the parameters' .grad."""
    seen = student.probe("loss", backward=True, **problem)
    expected = reference.probe("loss", backward=True, **problem)
    assert_close(seen["loss"], expected["loss"], "loss", **tolerance)
    if seen["differentiable"] is not True:
        fail("no-graph")
    close_gradients(seen["grads"], expected["grads"], tolerance)


def close_gradients(seen, expected, tolerance):
    """An element may cancel: what counts is how large the whole gradient is."""
    for name, wanted in expected.items():
        size = 0.0 if wanted is None else max(1.0, float(wanted.abs().max()))
        assert_close(seen[name], wanted, f"{name}.grad", rtol=tolerance["rtol"], atol=tolerance["atol"] * size)


def test_value(student, reference, rng):
    for column, scale in ((True, 1.0), (False, 0.25)):  # slopes around 1, and mostly below
        check_loss(student, reference, draw(rng, 5, 3, scale=scale) | {"column": column})


def test_square(student, reference, rng):
    check_loss(student, reference, draw(rng, 4, 4))


def test_gradients(student, reference, rng):
    for column, scale in ((True, 0.25), (False, 1.0)):
        check_both(student, reference, draw(rng, 5, 3, scale=scale) | {"column": column})


def test_lam(student, reference, rng):
    problem = draw(rng, 4, 3)
    for lam in (0.0, 100):
        check_both(student, reference, problem | {"lam": lam})


def test_sizes(student, reference, rng):
    for rows, d, column in ((1, 3, False), (4, 1, True), (1, 1, True)):
        check_both(student, reference, draw(rng, rows, d, lam=2.0) | {"column": column}, LOOSE)


def test_exact(student, reference, rng):
    """Steep waves bend within a step of differences; a large offset drowns small steps."""
    problem = draw(rng, 4, 3, scale=300.0, offset=1e6, lam=1.0) | {"activation": "sin"}
    check_both(student, reference, problem, {"rtol": 1e-9, "atol": 1e-9})


def test_x_untouched(student, reference, rng):
    compare_x(student, reference, draw(rng, 4, 3))


def test_x_requires_grad(student, reference, rng):
    for how in ({"given": "leaf", "old_grad": normal(rng, 4, 3)}, {"given": "result"}):
        compare_x(student, reference, draw(rng, 4, 3) | how)


def compare_x(student, reference, problem):
    """The loss, and x's values, flags and .grad."""
    seen, expected = student.probe("traces_in_x", **problem), reference.probe("traces_in_x", **problem)
    assert_close(seen["loss"], expected["loss"], "loss", **CLOSE)
    assert_close(seen["x"], expected["x"], "x", rtol=0, atol=0)
    if seen["requires_grad"] is not expected["requires_grad"]:
        fail("flag", name="x", seen=str(seen["requires_grad"]), expected=str(expected["requires_grad"]))
    if not same(seen["grad"], expected["grad"]) or not same(seen["leaf_grad"], expected["leaf_grad"]):
        fail("grad-changed", name="x")
    assert_equal(seen["is_leaf"], expected["is_leaf"], "x.is_leaf")
    assert_equal(seen["retains_grad"], expected["retains_grad"], "x.retains_grad")
    assert_close(seen["graph_of_x"], expected["graph_of_x"], "the gradient through x's own graph")


def test_critic_untouched(student, reference, rng):
    problem = draw(rng, 4, 3)
    leftover = {name: normal(rng, *weight.shape) for name, weight in problem["weights"].items()}
    for how in ({}, {"leftover": leftover, "frozen": ["W"], "training": False}):
        seen = student.probe("traces_in_critic", **problem, **how)
        expected = reference.probe("traces_in_critic", **problem, **how)
        assert_close(seen["loss"], expected["loss"], "loss", **CLOSE)
        assert_close(seen["params"], expected["params"], "parameters", rtol=0, atol=0)
        for name, flag in expected["flags"].items():
            if seen["flags"][name] is not flag:
                fail("flag", name=name, seen=str(seen["flags"][name]), expected=str(flag))
            if not same(seen["grads"][name], expected["grads"][name]):
                fail("grad-changed", name=name)
        assert_equal(seen["training"], expected["training"], "critic.training")
        close_gradients(seen["grads_after"], expected["grads_after"], CLOSE)


def same(seen, expected):
    if seen is None or expected is None:
        return seen is expected
    return isinstance(seen, torch.Tensor) and torch.equal(seen, expected)


def test_float32(student, reference, rng):
    check_both(student, reference, draw(rng, 5, 3, lam=2.0, dtype=torch.float32), CLOSE32)


def test_flat_rows(student, reference, rng):
    """Rows where every unit is off, one of them on the edge: their gradient is exactly zero."""
    problem = draw(rng, 4, 3, lam=2.0) | {"activation": "relu"}
    weights = problem["weights"]
    weights |= {"W": weights["W"].abs() + 0.1, "b": torch.zeros_like(weights["b"])}
    x = problem["x"].abs() + 0.1
    x[1], x[2] = 0.0, -x[2]
    check_both(student, reference, problem | {"x": x}, LOOSE)


def test_few_calls(student, rng):
    outcome, seen = student.outcome_of("loss", **draw(rng, 12, 3))
    if outcome == "ok" and seen["calls"] > 2:
        fail("calls", seen=int(seen["calls"]), rows=12)
