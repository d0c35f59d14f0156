"""Hidden tests of vjp-argument. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail

CLOSE = {"rtol": 1e-10, "atol": 1e-11}
CLOSE32 = {"rtol": 1e-4, "atol": 1e-5}
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def compare(student, reference, tolerance=CLOSE, name="vjp", **problem):
    seen, expected = student.probe(name, **problem), reference.probe(name, **problem)
    assert_close(seen["vjp"], expected["vjp"], "vjp", **tolerance)
    return seen


def test_vector(student, reference, rng):
    for outputs, inputs in ((5, 3), (2, 4), (1, 3), (4, 1)):
        a = normal(rng, outputs, inputs)
        compare(student, reference, kind="mixed", x=normal(rng, inputs), a=a, v=normal(rng, outputs) * 2)
    # A single row of the Jacobian, and no row at all.
    a, x = normal(rng, 3, 3), normal(rng, 3)
    compare(student, reference, kind="mixed", x=x, a=a, v=torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64))
    compare(student, reference, kind="mixed", x=x, a=a, v=torch.zeros(3, dtype=torch.float64))


def test_square(student, reference, rng):
    compare(student, reference, kind="mixed", x=normal(rng, 4), a=normal(rng, 4, 4), v=normal(rng, 4))
    compare(student, reference, kind="elementwise", x=normal(rng, 4), a=normal(rng, 4), v=normal(rng, 4))


def test_matrix(student, reference, rng):
    compare(student, reference, kind="product", x=normal(rng, 3, 3), a=normal(rng, 3, 3), v=normal(rng, 3, 3))
    compare(student, reference, kind="transposed", x=normal(rng, 2, 3), a=normal(rng, 2, 3), v=normal(rng, 3, 2))
    compare(student, reference, kind="mixed", x=normal(rng, 4, 2), a=normal(rng, 3, 4), v=normal(rng, 3, 2))
    compare(student, reference, kind="elementwise", x=normal(rng, 2, 1, 2), a=normal(rng, 2), v=normal(rng, 2, 1, 2))


def test_scalar(student, reference, rng):
    for shape in ((3,), (2, 2), ()):
        v = normal(rng) + 3
        compare(student, reference, kind="scalar", x=normal(rng, *shape), a=normal(rng, *shape), v=v)
    compare(student, reference, kind="fan", x=normal(rng), a=normal(rng, 4), v=normal(rng, 4))
    compare(student, reference, kind="one", x=normal(rng), a=normal(rng), v=normal(rng, 1) - 3)


def test_exact(student, reference, rng):
    for kind in ("steep", "stopped", "straight"):
        problem = {"kind": kind, "x": normal(rng, 3), "a": normal(rng, 4, 3), "v": normal(rng, 4) + 1}
        compare(student, reference, EXACT, **problem)


def test_x_untouched(student, reference, rng):
    for requires_grad, filled in ((False, False), (True, False), (True, True)):
        problem = {"x": normal(rng, 3), "a": normal(rng, 4, 3), "v": normal(rng, 4), "requires_grad": requires_grad}
        if filled:
            problem["grad"] = normal(rng, 3) + 2
        seen = compare(student, reference, kind="mixed", **problem)
        if seen["x_kept"] is not True:
            fail("x-changed")
        if seen["v_kept"] is not True:
            fail("v-changed")


def test_parameters_untouched(student, reference, rng):
    for requires_grad, filled, frozen in ((False, True, []), (True, False, [1]), (True, True, []), (False, False, [0])):
        problem = {"x": normal(rng, 5, 3), "weights": [normal(rng, 4, 3), normal(rng, 2, 4)], "v": normal(rng, 5, 2)}
        problem |= {"requires_grad": requires_grad, "filled": filled, "frozen": frozen}
        seen = compare(student, reference, name="network", **problem)
        if seen["changed"] != 0:
            fail("parameters-changed", count=int(seen["changed"]))
        if seen["params_kept"] is not True:
            fail("parameter-flags")
        if seen["x_kept"] is not True:
            fail("x-changed")


def test_one_backward(student, reference, rng):
    size = 12
    seen = compare(student, reference, name="watched", x=normal(rng, size), a=normal(rng, size), v=normal(rng, size))
    if seen["backward"] > 1:
        fail("passes", seen=int(seen["backward"]))
    if seen["largest"] >= size * size:
        fail("jacobian", seen=int(seen["largest"]), expected=size * size)


def test_float32(student, reference, rng):
    problem = {"x": normal(rng, 3).float(), "a": normal(rng, 4, 3).float(), "v": normal(rng, 4).float()}
    compare(student, reference, CLOSE32, kind="mixed", **problem)
    compare(student, reference, CLOSE32, kind="mixed", **problem, requires_grad=True, grad=torch.ones(3))


def test_one_forward(student, rng):
    outcome, seen = student.outcome_of("watched", x=normal(rng, 4), a=normal(rng, 4), v=normal(rng, 4))
    if outcome == "ok" and seen["forward"] != 1:
        fail("calls", seen=int(seen["forward"]))
