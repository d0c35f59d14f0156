"""Hidden tests of numerical-grad. Expected values come from the reference; the points that f receives from the contract."""

import torch

from exercises.harness.check import assert_close, fail

NEAR = {"rtol": 1e-6, "atol": 1e-6}  # with eps = 1e-6 the ninth digit is noise
EXACT = {"rtol": 1e-9, "atol": 1e-10}  # with a large eps there is hardly any


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def weights(rng, *shape):
    """Coefficients away from 0, of either sign."""
    sign = torch.randint(0, 2, shape, generator=rng).double() * 2 - 1
    return sign * (0.5 + torch.rand(shape, generator=rng, dtype=torch.float64))


def compare(student, reference, tolerance, **problem):
    seen = student.probe("grad", **problem)
    assert_close(seen, reference.probe("grad", **problem), "grad", **tolerance)


def test_vector(student, reference, rng):
    compare(student, reference, NEAR, kind="wave", x=normal(rng, 5), a=weights(rng, 5))
    x = normal(rng, 4)
    x[1] = 0
    compare(student, reference, NEAR, kind="wave", x=x, a=weights(rng, 4))
    # Equal elements in different places have different partial derivatives.
    x = normal(rng, 6)
    x[[0, 2, 5]] = x[3].clone()
    a = weights(rng, 6)
    a[2] = -a[0]
    compare(student, reference, NEAR, kind="wave", x=x, a=a)


def test_matrix(student, reference, rng):
    for shape in ((2, 3), (3, 3), (2, 1, 2)):
        compare(student, reference, NEAR, kind="wave", x=normal(rng, *shape), a=weights(rng, *shape))


def test_scalar(student, reference, rng):
    for shape in ((), (1,), (1, 1)):
        compare(student, reference, NEAR, kind="wave", x=normal(rng, *shape), a=weights(rng, *shape))


def test_element(student, reference, rng):
    for shape in ((3,), (2, 2), ()):
        compare(student, reference, NEAR, kind="element", x=normal(rng, *shape), a=weights(rng, *shape))
    compare(student, reference, NEAR, kind="wave", x=normal(rng, 3), a=weights(rng, 3))


def test_black_box(student, reference, rng):
    for shape in ((4,), (2, 2)):
        compare(student, reference, NEAR, kind="numpy", x=normal(rng, *shape), a=weights(rng, *shape))
    compare(student, reference, NEAR, kind="stopped", x=normal(rng, 4) + 2, a=weights(rng, 4))
    # A span of 0.22 crosses one of the stairs, 0.25 wide, at most places.
    compare(student, reference, EXACT, kind="stairs", x=normal(rng, 9), a=weights(rng, 9), eps=0.11)
    compare(student, reference, NEAR, kind="network", x=normal(rng, 4), a=weights(rng, 4))


def test_step(student, reference, rng):
    """A step so large that every other rule, and every better one, gives other numbers."""
    for eps in (0.125, 0.3):
        compare(student, reference, EXACT, kind="cubic", x=normal(rng, 4) * 2, a=weights(rng, 4), eps=eps)
        x = torch.cat([normal(rng, 3) / 2, torch.zeros(1, dtype=torch.float64)]).reshape(2, 2)
        compare(student, reference, EXACT, kind="power", x=x, a=weights(rng, 2, 2), eps=eps)
    # Steep, as where a loss explodes: nothing is cut off.
    steep = torch.cat([100 + normal(rng, 2), -100 + normal(rng, 2)])
    compare(student, reference, EXACT, kind="cubic", x=steep, a=weights(rng, 4), eps=0.125)


def check_points(seen, x, eps):
    """Each call moved one element by ±eps, and each element went once to either side."""
    if seen["calls"] != 2 * x.numel():
        fail("calls", seen=seen["calls"], expected=2 * x.numel())
    if not isinstance(seen["points"], torch.Tensor) or seen["points"].shape != (seen["calls"], *x.shape):
        fail("strange-points")
    distance = (seen["points"] - x.double()).reshape(seen["calls"], -1) / eps
    moved = distance.abs() > 1e-3
    counts = moved.sum(1)
    if bool((counts != 1).any()):
        fail("moved", seen=int(counts[counts != 1][0]))
    steps = distance[moved]
    if bool(((steps.abs() - 1).abs() > 1e-3).any()):
        fail("distance", ratio=f"{float(steps.abs().max()):.3g}")
    places = [(int(place), float(step) > 0) for (_, place), step in zip(moved.nonzero(), steps, strict=True)]
    if len(set(places)) != 2 * x.numel():
        fail("not-once")


def test_calls(student, reference, rng):
    for shape, eps in (((3,), 0.25), ((2, 3), None), ((), None)):
        problem = {"x": normal(rng, *shape), "a": weights(rng, *shape)}
        if shape == (2, 3):
            problem["x"][0] = torch.tensor([0.0, 300.0, -0.01])
        if eps is not None:
            problem["eps"] = eps
        seen = student.probe("points", **problem)
        check_points(seen, problem["x"], eps or 1e-6)
        # The right questions are not yet the right answer.
        expected = reference.probe("points", **problem)
        assert_close(seen["grad"], expected["grad"], "grad", rtol=1e-3, atol=1e-3)


def test_x_untouched(student, reference, rng):
    for shape, eps in (((3,), 1e-6), ((2, 2), 0.125), ((), 0.01)):
        problem = {"x": normal(rng, *shape), "a": weights(rng, *shape), "eps": eps}
        seen = student.probe("after", **problem)
        assert_close(seen["x"], problem["x"], "x", rtol=1e-9, atol=1e-12)
        if seen["flagged"] is not False:
            fail("x-flagged")
        expected = reference.probe("after", **problem)
        assert_close(seen["grad"], expected["grad"], "grad", **NEAR)


def test_float32(student, reference, rng):
    for shape in ((5,), (2, 3)):
        problem = {"x": normal(rng, *shape, dtype=torch.float32), "a": weights(rng, *shape).float(), "eps": 2.0**-5}
        compare(student, reference, {"rtol": 1e-3, "atol": 2e-3}, kind="cubic", **problem)
        compare(student, reference, {"rtol": 1e-3, "atol": 2e-3}, kind="numpy", **problem)


def test_restored_exactly(student, rng):
    for eps in (0.3, 1e-6):
        problem = {"x": normal(rng, 6) * 3, "a": weights(rng, 6), "eps": eps}
        outcome, seen = student.outcome_of("after", **problem)
        if outcome == "ok" and not (isinstance(seen["x"], torch.Tensor) and torch.equal(seen["x"], problem["x"])):
            fail("residue")


def test_transposed(student, reference, rng):
    problem = {"x": normal(rng, 2, 3) / 2, "a": weights(rng, 3, 2), "eps": 0.125}
    outcome, seen = student.outcome_of("transposed", **problem)
    expected = reference.probe("transposed", **problem)
    right = isinstance(seen, torch.Tensor) and seen.shape == expected.shape and seen.dtype == expected.dtype
    if outcome != "ok" or not right or not torch.allclose(seen, expected, **EXACT):
        fail("transposed")
