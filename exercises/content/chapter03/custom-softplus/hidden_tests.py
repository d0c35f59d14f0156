"""Hidden tests of custom-softplus. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

# softplus(x) = x is off by e^-20 = 2e-9 at x = 20, where PyTorch's own switches over: near enough.
CLOSE = {"rtol": 1e-9, "atol": 1e-8}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def draw_points(rng):
    """Random points around 0, exactly 0, and a ladder from −40 to 40."""
    ladder = torch.linspace(-40, 40, 33, dtype=torch.float64)
    return torch.cat([normal(rng, 20) * 3, torch.zeros(2, dtype=torch.float64), ladder + normal(rng, 33) / 10])


def compare(student, reference, name, tolerance=CLOSE, **problem):
    seen = student.probe(name, **problem)
    expected = reference.probe(name, **problem)
    assert_close(seen, expected, "result", **tolerance)


def test_forward(student, reference, rng):
    x = draw_points(rng)
    assert_close(student.probe("forward", x=x), reference.probe("forward", x=x), "y", **CLOSE)


def test_sum_backward(student, reference, rng):
    compare(student, reference, "backward", x=draw_points(rng))


def test_upstream(student, reference, rng):
    x = draw_points(rng)
    upstream = normal(rng, *x.shape) * 2
    upstream[::7] = 0
    compare(student, reference, "backward", x=x, upstream=upstream)


def test_second_derivative(student, reference, rng):
    x = torch.cat([normal(rng, 12) * 2, torch.tensor([0.0, -9.0, 9.0, 0.0], dtype=torch.float64)])
    compare(student, reference, "second", x=x, upstream=normal(rng, 16), direction=normal(rng, 16))


def test_large(student, reference, rng):
    far = torch.tensor([-800.0, 800.0, -750.5, 720.25, -100.0, 100.0, -1e4, 1e4], dtype=torch.float64)
    upstream = normal(rng, 8) + 3
    compare(student, reference, "backward", x=far, upstream=upstream)
    compare(student, reference, "backward", {"rtol": 1e-4, "atol": 1e-5}, x=far.float(), upstream=upstream.float())


def test_own_function(student, reference, rng):
    x = normal(rng, 5)
    seen = student.probe("function", x=x)
    expected = reference.probe("function", x=x)
    if seen["is_function"] is not True or seen["grad_fn"] != expected["grad_fn"]:
        fail("no-function", seen=str(seen["grad_fn"])[:60])
    assert_close(seen["y"], expected["y"], "y", **CLOSE)
    assert_close(seen["grad"], expected["grad"], "x.grad", **CLOSE)


def test_fan_out(student, reference, rng):
    x = normal(rng, 6, 2)
    weights = normal(rng, 6, 2)
    seen = student.probe("fan_out", x=x, weights=weights)
    assert_close(seen, reference.probe("fan_out", x=x, weights=weights), "x.grad", **CLOSE)


def test_handed_in(student, reference, rng):
    x = normal(rng, 4, 3)
    x[0] = torch.tensor([-6.0, 0.0, 6.0]) + normal(rng, 3)  # far enough out for a clamp to show
    problem = {"x": x, "other": normal(rng, 4, 3), "upstream": normal(rng, 4, 3)}
    seen = student.probe("handed_in", **problem)
    expected = reference.probe("handed_in", **problem)
    assert_close(seen["x"], problem["x"], "x", rtol=0, atol=0)
    assert_close(seen["upstream"], problem["upstream"], "grad_output", rtol=0, atol=0)
    assert_close(seen["shared"], problem["upstream"], "grad_output", rtol=0, atol=0)
    assert_close(seen["other"], expected["other"], "other.grad", rtol=0, atol=0)
    assert_close(seen["grad"], expected["grad"], "x.grad", **CLOSE)


def test_two_calls(student, reference, rng):
    compare(student, reference, "two_calls", a=normal(rng, 5), b=normal(rng, 5) + 2, upstream=normal(rng, 5))


def test_no_grad_input(student, reference, rng):
    x = draw_points(rng)
    seen = student.probe("without_grad", x=x)
    expected = reference.probe("without_grad", x=x)
    assert_close(seen["plain"], expected["plain"], "y", **CLOSE)
    assert_close(seen["unrecorded"], expected["unrecorded"], "y", **CLOSE)
    assert_equal(seen["flags"], [False, False], "y.requires_grad")


def test_shapes(student, reference, rng):
    for shape in ((), (1,), (2, 3, 4), (3, 3)):
        x = normal(rng, *shape)
        compare(student, reference, "backward", x=x, upstream=normal(rng, *shape))
    compare(student, reference, "strided", x=normal(rng, 4, 3))


def test_float32(student, reference, rng):
    x = torch.cat([normal(rng, 20, dtype=torch.float32) * 4, torch.tensor([0.0, -30.0, 30.0, 95.0])])
    upstream = normal(rng, 24, dtype=torch.float32)
    compare(student, reference, "backward", {"rtol": 1e-4, "atol": 1e-5}, x=x, upstream=upstream)


def test_saved_by_context(student, rng):
    if student.probe("changed_between", x=normal(rng, 4)) is not True:
        fail("change-unnoticed")


def test_large_second(student, reference, rng):
    far = torch.tensor([-800.0, 800.0, -100.0, 100.0], dtype=torch.float64)
    compare(student, reference, "second", x=far, upstream=normal(rng, 4), direction=normal(rng, 4))
