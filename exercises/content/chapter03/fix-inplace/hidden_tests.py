"""Hidden tests of fix-inplace. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail

CLOSE = {"rtol": 1e-8, "atol": 1e-11}
LOOSE = {"rtol": 1e-4, "atol": 1e-6}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def draw_x(rng):
    """Around 0, exactly 0, and further out."""
    ladder = torch.linspace(-18, 18, 13, dtype=torch.float64)
    return torch.cat([normal(rng, 8) * 2, torch.zeros(2, dtype=torch.float64), ladder])


def draw_k(rng):
    """Neither 0 nor ±1, of either sign."""
    k = 1.5 + 2 * torch.rand((), generator=rng, dtype=torch.float64).item()
    return k if torch.rand((), generator=rng) < 0.5 else -k


def check_gradient(student, reference, tolerance=CLOSE, **problem):
    seen = student.probe("gradient", **problem)
    expected = reference.probe("gradient", **problem)
    assert_close(seen["y"], expected["y"], "y", **tolerance)
    if seen["has_graph"] is not True:
        fail("no-graph")
    assert_close(seen["grad"], expected["grad"], "x.grad", **tolerance)
    return seen


def test_value(student, reference, rng):
    k = draw_k(rng)
    for needs_grad, factor in ((True, k), (False, -k)):
        problem = {"x": draw_x(rng), "k": factor, "needs_grad": needs_grad}
        seen = student.probe("value", **problem)
        assert_close(seen["y"], reference.probe("value", **problem)["y"], "y", **CLOSE)
        if seen["y_requires_grad"] and not needs_grad:
            fail("needs-no-graph")


def test_gradient(student, reference, rng):
    x, k = draw_x(rng), draw_k(rng)
    check_gradient(student, reference, x=x, k=k, upstream=torch.ones_like(x))
    check_gradient(student, reference, x=x, k=-k, upstream=normal(rng, len(x)))


def test_input_untouched(student, reference, rng):
    for needs_grad in (True, False):
        problem = {"x": draw_x(rng), "k": draw_k(rng), "needs_grad": needs_grad}
        seen = student.probe("value", **problem)
        assert_close(seen["x"], problem["x"], "x", rtol=0, atol=0)
        if seen["flags_kept"] is not True:
            fail("flag-changed")
    # An x that nobody touched earns nothing: the gradient must be right as well.
    check_gradient(student, reference, x=normal(rng, 4), k=-abs(draw_k(rng)), upstream=normal(rng, 4))


def test_any_factor(student, reference, rng):
    for k in (0, 0.0, 1, 1.0, -1, 3, -2.5, 1e6, 1e-6):
        x = normal(rng, 5)
        check_gradient(student, reference, x=x, k=k, upstream=normal(rng, 5))


def test_inside_a_graph(student, reference, rng):
    for shape, sign in (((5,), 1), ((3, 3), -1)):
        problem = {"w": normal(rng, *shape), "a": sign * abs(draw_k(rng)), "b": -sign * abs(draw_k(rng))}
        seen = student.probe("inside", **problem)
        assert_close(seen, reference.probe("inside", **problem), "result", **CLOSE)


def test_shapes(student, reference, rng):
    for shape, sign in (((), 1), ((1,), -1), ((1, 4), 1), ((3, 3), -1), ((2, 3, 4), 1)):
        k = sign * abs(draw_k(rng))
        check_gradient(student, reference, x=normal(rng, *shape), k=k, upstream=normal(rng, *shape))
    problem = {"x": normal(rng, 4, 3), "k": draw_k(rng)}
    assert_close(student.probe("strided", **problem), reference.probe("strided", **problem), "result", **CLOSE)


def test_float32(student, reference, rng):
    x = torch.cat([normal(rng, 9, dtype=torch.float32) * 3, torch.tensor([0.0, -15.0, 15.0])])
    check_gradient(student, reference, LOOSE, x=x, k=draw_k(rng), upstream=normal(rng, 12, dtype=torch.float32))


def test_far(student, reference, rng):
    far = torch.tensor([-800.0, 800.0, -100.0, 100.0], dtype=torch.float64)
    upstream = normal(rng, 4) + 3
    check_gradient(student, reference, x=far, k=draw_k(rng), upstream=upstream)
    check_gradient(student, reference, LOOSE, x=far.float(), k=draw_k(rng), upstream=upstream.float())


def test_second_derivative(student, reference, rng):
    problem = {"x": normal(rng, 6), "k": draw_k(rng), "direction": normal(rng, 6)}
    assert_close(student.probe("second", **problem), reference.probe("second", **problem), "result", **CLOSE)
