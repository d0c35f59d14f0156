"""Hidden tests of jacobian-rows. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-10, "atol": 1e-11}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def compare(student, reference, kind, x, a=None, tolerance=CLOSE, **how):
    """The Jacobian; returns all that was seen, for more checks."""
    problem = {"kind": kind, "x": x, "a": a} | how
    seen, expected = student.probe("jacobian", **problem), reference.probe("jacobian", **problem)
    assert_close(seen["jac"], expected["jac"], "jac", **tolerance)
    return seen, expected


def check_x(seen, expected):
    """x's values, flags and .grad are what they were."""
    assert_close(seen["x"], expected["x"], "x", rtol=0, atol=0)
    if seen["requires_grad"] is not expected["requires_grad"]:
        fail("flag", name="x", seen=str(seen["requires_grad"]), expected=str(expected["requires_grad"]))
    for name in ("grad", "leaf_grad"):
        if not same(seen[name], expected[name]):
            fail("grad-changed", name="x")
    assert_equal(seen["is_leaf"], expected["is_leaf"], "x.is_leaf")
    assert_equal(seen["retains_grad"], expected["retains_grad"], "x.retains_grad")
    assert_close(seen["graph_of_x"], expected["graph_of_x"], "the gradient through x's own graph")


def same(seen, expected):
    if seen is None or expected is None:
        return seen is expected
    return isinstance(seen, torch.Tensor) and torch.equal(seen, expected)


def test_values(student, reference, rng):
    for outputs, inputs in ((5, 3), (2, 4), (3, 2)):
        compare(student, reference, "mixed", normal(rng, inputs), normal(rng, outputs, inputs))


def test_square(student, reference, rng):
    compare(student, reference, "mixed", normal(rng, 4), normal(rng, 4, 4))
    compare(student, reference, "elementwise", normal(rng, 4), normal(rng, 4))
    compare(student, reference, "linear", normal(rng, 3), normal(rng, 3, 3))


def test_single(student, reference, rng):
    for outputs, inputs in ((1, 3), (4, 1), (1, 1)):
        compare(student, reference, "mixed", normal(rng, inputs), normal(rng, outputs, inputs))


def test_exact(student, reference, rng):
    compare(student, reference, "steep", normal(rng, 3), normal(rng, 4, 3))
    compare(student, reference, "stopped", normal(rng, 3) + 1, normal(rng, 4, 3))


def test_passed_through(student, reference, rng):
    """Going backward through these hands the unit vector on as it is, or finds nothing."""
    for kind in ("same", "shifted", "picked", "partly"):
        compare(student, reference, kind, normal(rng, 4), normal(rng, 4))


def test_one_call(student, reference, rng):
    loose = {"rtol": 1e-3, "atol": 1e-3}
    for outputs, inputs in ((5, 3), (2, 3)):
        seen, _ = compare(student, reference, "mixed", normal(rng, inputs), normal(rng, outputs, inputs), loose)
        if seen["calls"] != 1:
            fail("calls", seen=int(seen["calls"]))


def test_x_untouched(student, reference, rng):
    seen, expected = compare(student, reference, "mixed", normal(rng, 3), normal(rng, 4, 3))
    check_x(seen, expected)


def test_x_requires_grad(student, reference, rng):
    for how in ({"given": "leaf"}, {"given": "leaf", "old_grad": normal(rng, 3)}, {"given": "result"}):
        seen, expected = compare(student, reference, "mixed", normal(rng, 3), normal(rng, 2, 3), **how)
        check_x(seen, expected)


def test_params_untouched(student, reference, rng):
    weights = [normal(rng, 4, 3), normal(rng, 4), normal(rng, 2, 4), normal(rng, 2)]
    filled = [normal(rng, *weight.shape) for weight in weights]
    for more in ({}, {"leftover": filled}, {"leftover": filled, "closure": True}, {"frozen": [0, 3]}):
        problem = {"x": normal(rng, 3), "weights": weights} | more
        seen, expected = student.probe("network", **problem), reference.probe("network", **problem)
        assert_close(seen["jac"], expected["jac"], "jac", **CLOSE)
        assert_close(seen["params"], expected["params"], "parameters", rtol=0, atol=0)
        for flag, before in zip(seen["flags"], expected["flags"], strict=True):
            if flag is not before:
                fail("flag", name="parameter", seen=str(flag), expected=str(before))
        changed = sum(not same(*pair) for pair in zip(seen["grads"], expected["grads"], strict=True))
        if changed:
            fail("parameters-changed", count=changed)


def test_float32(student, reference, rng):
    x, a = normal(rng, 3, dtype=torch.float32), normal(rng, 4, 3, dtype=torch.float32)
    compare(student, reference, "mixed", x, a, {"rtol": 1e-4, "atol": 1e-4})
    compare(student, reference, "same", x, None, {"rtol": 1e-6, "atol": 1e-6})


def test_constant(student, reference, rng):
    problem = {"w": normal(rng, 2), "x": normal(rng, 3)}
    outcome, seen = student.outcome_of("constant", **problem)
    if outcome != "ok":
        fail("constant-raises", error=seen)
    assert_close(seen, reference.probe("constant", **problem), "jac")
