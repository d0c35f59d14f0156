"""Hidden tests of grad-reversal-hook. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-10}  # x.detach() * (1 + lam) - lam * x is off by a few roundings
CLOSE32 = {"rtol": 1e-4, "atol": 1e-5}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def both_signs(rng, *shape):
    """Neither all positive nor all negative: a hook that forgets the sign must show."""
    values = normal(rng, *shape)
    flat = values.reshape(-1)
    flat[0], flat[-1] = -flat[0].abs() - 0.1, flat[-1].abs() + 0.1
    return values


def draw_lam(rng):
    """Between 1.5 and 3: far from 0, 1 and −1, and from its own inverse."""
    return 1.5 + 1.5 * torch.rand((), generator=rng, dtype=torch.float64).item()


def compare(student, reference, name, tolerance=CLOSE, what="result", **problem):
    seen, expected = student.probe(name, **problem), reference.probe(name, **problem)
    assert_close(seen, expected, what, **tolerance)
    return seen


def check_keys(student, reference, name, keys, **problem):
    seen, expected = student.probe(name, **problem), reference.probe(name, **problem)
    for key in keys:
        assert_close(seen[key], expected[key], key, **CLOSE)
    return seen


def test_forward(student, reference, rng):
    for lam in (draw_lam(rng), 0.25):
        x = normal(rng, 4, 2) * 3
        x[0, 0] = 0
        compare(student, reference, "forward", what="y", x=x, lam=lam)


def test_gradient(student, reference, rng):
    for lam in (draw_lam(rng), 0.25):
        problem = {"x": normal(rng, 5), "upstream": both_signs(rng, 5) * 3, "lam": lam}
        check_keys(student, reference, "branch", ["grad"], **problem)
    problem["upstream"][1:3] = 0
    check_keys(student, reference, "branch", ["grad"], **problem)
    for size in (1e-4, 1e4):
        problem["upstream"] = normal(rng, 5) * size
        check_keys(student, reference, "branch", ["grad"], **problem)


def test_other_branch(student, reference, rng):
    problem = {"x": normal(rng, 4), "a": normal(rng, 4) + 2, "lam": draw_lam(rng)}
    # Not with the unused result alone: that would be right without any reversal.
    check_keys(student, reference, "both", ["grad"], **problem)
    check_keys(student, reference, "network", ["grad"], **problem)
    check_keys(student, reference, "only_other", ["grad"], **problem)


def test_upstream_unchanged(student, reference, rng):
    problem = {"x": normal(rng, 4), "other": normal(rng, 4), "upstream": both_signs(rng, 4) * 2, "lam": draw_lam(rng)}
    seen = check_keys(student, reference, "shared_upstream", ["grad", "other", "twofold"], **problem)
    assert_close(seen["upstream"], problem["upstream"], "upstream", rtol=0, atol=0)
    assert_close(seen["direct"], problem["upstream"], "upstream", rtol=0, atol=0)


def test_two_calls(student, reference, rng):
    lams = [draw_lam(rng), 0.5, -draw_lam(rng)]
    weights = [normal(rng, 3) + 2, normal(rng, 3) - 2, normal(rng, 3)]
    compare(student, reference, "two_calls", x=normal(rng, 3), z=normal(rng, 3), lams=lams, weights=weights)


def test_x_later(student, reference, rng):
    compare(student, reference, "later", what="x.grad", x=normal(rng, 4), a=normal(rng, 4) + 2, lam=draw_lam(rng))
    compare(student, reference, "again", what="x.grad", x=normal(rng, 4), a=normal(rng, 4) + 2, lam=draw_lam(rng))
    problem = {"x": normal(rng, 4), "upstream": both_signs(rng, 4), "lam": draw_lam(rng)}
    if check_keys(student, reference, "branch", ["grad"], **problem)["kept"] is not True:
        fail("x-changed")


def test_no_gradient_needed(student, reference, rng):
    for shape, lam in (((3, 2), draw_lam(rng)), ((), 0.5)):
        seen = check_keys(student, reference, "plain", ["y"], x=normal(rng, *shape), lam=lam)
        if seen["flag"] is not False:
            fail("flag")
        if seen["kept"] is not True:
            fail("x-changed")
    # To let it pass is not enough: where a gradient is needed, it must be reversed.
    check_keys(student, reference, "branch", ["grad"], x=normal(rng, 3), upstream=normal(rng, 3) + 2, lam=lam)


def test_any_lam(student, reference, rng):
    for lam in (0.0, 1.0, -0.7, -1.0, 4):
        compare(student, reference, "branch", x=normal(rng, 3), upstream=normal(rng, 3) + 2, lam=lam)


def test_shapes(student, reference, rng):
    for shape in ((), (1,), (2, 1, 3), (3, 3)):
        problem = {"x": normal(rng, *shape), "upstream": normal(rng, *shape) * 2, "lam": draw_lam(rng)}
        compare(student, reference, "branch", **problem)
    problem = {"x": normal(rng, 4), "upstream": normal(rng, 4), "lams": [draw_lam(rng), 0.5]}
    compare(student, reference, "nested", **problem)
    compare(student, reference, "network", x=normal(rng, 2, 3), a=normal(rng, 2, 3), lam=draw_lam(rng))


def test_float32(student, reference, rng):
    problem = {"x": normal(rng, 3, 2).float(), "upstream": both_signs(rng, 3, 2).float() * 2, "lam": draw_lam(rng)}
    compare(student, reference, "branch", CLOSE32, **problem)
    seen = student.probe("plain", x=problem["x"], lam=0.5)
    assert_close(seen["y"], problem["x"], "y", **CLOSE32)
    assert_equal(seen["flag"], False, "y.requires_grad")


def same(seen, expected):
    """For advice, which has a message of its own."""
    is_alike = isinstance(seen, torch.Tensor) and seen.shape == expected.shape and seen.dtype == expected.dtype
    return is_alike and torch.allclose(seen, expected)


def test_under_no_grad(student, rng):
    x = normal(rng, 4)
    outcome, seen = student.outcome_of("no_grad", x=x, lam=draw_lam(rng))
    if outcome != "ok" or not same(seen, x):
        fail("no-grad")


def test_second_derivative(student, reference, rng):
    problem = {"x": normal(rng, 4), "a": normal(rng, 4), "lam": draw_lam(rng)}
    outcome, seen = student.outcome_of("second", **problem)
    if outcome != "ok" or not same(seen, reference.probe("second", **problem)):
        fail("second")
