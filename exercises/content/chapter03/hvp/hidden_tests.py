"""Hidden tests of hvp. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def normal(rng, *size, dtype=torch.float64):
    return torch.randn(size, generator=rng, dtype=torch.float64).to(dtype)


def draw(rng, *size, units=4, steep=1.0, slope=0.0, dtype=torch.float64):
    """x and v of this shape, and f's numbers; `steep` multiplies the frequencies, `slope` adds a linear part."""
    x = normal(rng, *size, dtype=dtype)
    return {
        "W": normal(rng, units, x.numel(), dtype=dtype) * steep,
        "b": normal(rng, units, dtype=dtype),
        "slope": normal(rng, *size, dtype=dtype) * slope,
        "x": x,
        "v": normal(rng, *size, dtype=dtype) + 0.5,
    }


def compare(student, reference, problem, tolerance=CLOSE):
    """H v; returns all that was seen, for more checks."""
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    assert_close(seen["hv"], expected["hv"], "H v", **tolerance)
    return seen, expected


def check_traces(seen, expected, names):
    for name in names:
        if seen["flags"][name] is not expected["flags"][name]:
            fail("flag", name=name, seen=str(seen["flags"][name]), expected=str(expected["flags"][name]))
    for name in names:
        mine, before = seen["grads"].get(name), expected["grads"].get(name)
        same = torch.equal(mine, before) if isinstance(mine, torch.Tensor) and before is not None else mine is before
        if not same:
            fail("grad-changed", name=name)


def test_values(student, reference, rng):
    problem = draw(rng, 5)
    compare(student, reference, problem)
    unit = torch.zeros(5, dtype=torch.float64)
    unit[3] = 1
    compare(student, reference, problem | {"v": unit})
    compare(student, reference, problem | {"v": problem["v"] * -1000})
    compare(student, reference, problem | {"v": unit * 0})


def test_exact(student, reference, rng):
    """Large steps bend with the frequency of 100, small ones drown in the rounding of a gradient of 1e8."""
    compare(student, reference, draw(rng, 4, steep=100.0, slope=1e8), {"rtol": 1e-8, "atol": 1e-5})
    compare(student, reference, draw(rng, 4, steep=30.0), {"rtol": 1e-9, "atol": 1e-7})


def test_shapes(student, reference, rng):
    for size in ((), (1,), (2, 3), (3, 3), (2, 1, 2)):
        compare(student, reference, draw(rng, *size))


def test_x_untouched(student, reference, rng):
    problem = draw(rng, 4)
    seen, expected = compare(student, reference, problem)
    check_traces(seen, expected, ("x", "v"))
    assert_close(seen["x"], problem["x"], "x", rtol=0, atol=0)
    assert_close(seen["v"], problem["v"], "v", rtol=0, atol=0)


def test_leaf_x(student, reference, rng):
    for extra in (
        {"kind": "leaf"},
        {"kind": "leaf", "old_grad": normal(rng, 2, 2)},
        {"kind": "result", "old_grad": normal(rng, 2, 2)},
    ):
        problem = draw(rng, 2, 2) | extra
        seen, expected = compare(student, reference, problem)
        check_traces(seen, expected, ("x",))
        assert_close(seen["x"], problem["x"], "x", rtol=0, atol=0)
        assert_close(seen["graph_of_x"], expected["graph_of_x"], "the gradient through x's own graph")


def test_params_untouched(student, reference, rng):
    for leftover in (None, [normal(rng, 4, 3), normal(rng, 4)]):
        problem = draw(rng, 3) | {"leftover": leftover}
        seen, expected = compare(student, reference, problem)
        check_traces(seen, expected, ("W", "b"))
        assert_close(seen["params"], [problem["W"], problem["b"]], "parameters", rtol=0, atol=0)


def test_one_call(student, reference, rng):
    seen, _ = compare(student, reference, draw(rng, 3), {"rtol": 1e-3, "atol": 1e-3})
    if seen["calls"] != 1:
        fail("calls", seen=seen["calls"])


def test_no_hessian(student, reference, rng):
    few, many = 4, 24
    seen = []
    for n in (few, many):
        problem = {"W": normal(rng, 3, n), "x": normal(rng, n), "v": normal(rng, n)}
        seen.append(student.probe("effort", **problem))
        assert_close(seen[-1]["hv"], reference.probe("effort", **problem)["hv"], "H v", rtol=1e-5, atol=1e-5)
    more = seen[1]["products"] - seen[0]["products"]
    if more > few:
        fail("more-passes", n=many, few=few, more=more)
    if seen[1]["largest"] >= many**2 // 2:
        fail("too-many-numbers", n=many, seen=seen[1]["largest"])


def test_float32(student, reference, rng):
    problem = draw(rng, 4, dtype=torch.float32)
    compare(student, reference, problem, {"rtol": 1e-4, "atol": 1e-4})
    compare(student, reference, draw(rng, 4))


def test_linear(student, reference, rng):
    problem = {"w": normal(rng, 3), "x": normal(rng, 3), "v": normal(rng, 3)}
    outcome, seen = student.outcome_of("linear", **problem)
    if outcome != "ok":
        fail("linear-raises", error=seen)
    assert_close(seen, reference.probe("linear", **problem), "H v")
    assert_equal(len(seen), 2, "results")
