"""Hidden tests of zero-grad-util. Every expected value comes from the reference."""

import math

import torch

from exercises.harness.check import assert_close, fail

EXACT = {"rtol": 0, "atol": 0}
SHAPES = ((3, 4), (4,), (), (3, 4), (2, 2), (1,))


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype) + 0.5


def draw(rng, dtype=torch.float64):
    return {
        "values": [normal(rng, *shape, dtype=dtype) for shape in SHAPES],
        "grads": [normal(rng, *shape, dtype=dtype) for shape in SHAPES],
    }


def check_grads(seen, expected, before=None):
    """One gradient after the other: None where None is right, else equal. `before`: what each one was."""
    before = before or [0] * len(expected)
    for i, (mine, right, old) in enumerate(zip(seen, expected, before, strict=True)):
        if right is None and mine is not None:
            fail("made-up" if old is None else "still-there")
        if right is not None and mine is None:
            fail("gone")
        if right is not None:
            assert_close(mine, right, f"params[{i}].grad", **EXACT)


def check(student, reference, problem, name="clear"):
    seen = student.probe(name, **problem)
    expected = reference.probe(name, **problem)
    check_grads(seen["grads"], expected["grads"], problem.get("grads"))
    if any(seen["history"]):
        fail("has-history", misconception="keeps-graph")
    return seen


def test_none_mode(student, reference, rng):
    problem = draw(rng)
    check(student, reference, problem)
    check(student, reference, problem | {"mode": True})


def test_zeros_mode(student, reference, rng):
    check(student, reference, draw(rng) | {"mode": False})


def test_missing_gradients(student, reference, rng):
    problem = draw(rng)
    for missing in ((0, 2, 4), range(len(SHAPES))):
        grads = [None if i in missing else grad for i, grad in enumerate(problem["grads"])]
        for mode in (None, True, False):
            check(student, reference, {"values": problem["values"], "grads": grads, "mode": mode})


def test_any_gradient(student, reference, rng):
    """inf and nan, entries that cancel out, zeros, other dtypes, a frozen parameter, one that is listed twice."""
    problem = draw(rng)
    grads = problem["grads"]
    grads[0][0, 0], grads[0][1, 2], grads[1][3] = math.inf, -math.inf, math.nan
    grads[2] = torch.tensor(math.nan, dtype=torch.float64)
    grads[3] = torch.tensor([1.0, -1.0, 2.0, -2.0], dtype=torch.float64).repeat(3, 1)
    grads[4] = torch.zeros(2, 2, dtype=torch.float64)
    grads[5] = torch.full((1,), 1e-300, dtype=torch.float64)
    half = [torch.ones(2, 3, dtype=dtype) for dtype in (torch.float16, torch.bfloat16, torch.float32)]
    for mode in (True, False):
        check(student, reference, problem | {"mode": mode, "frozen": [1, 3], "twice": [0, 3]})
        check(student, reference, {"values": half, "grads": [2 * grad for grad in half], "mode": mode})
        check(student, reference, draw(rng, torch.float32) | {"mode": mode})


def test_after_create_graph(student, reference, rng):
    for mode in (False, True):
        values = [normal(rng, *shape) for shape in SHAPES]
        check(student, reference, {"values": values, "mode": mode}, "after_create_graph")


def test_parameters_untouched(student, reference, rng):
    for mode in (True, False):
        problem = draw(rng) | {"mode": mode, "frozen": [1, 4]}
        problem["grads"][3] = None
        seen = check(student, reference, problem)
        for i, before in enumerate(problem["values"]):
            assert_close(seen["values"][i], before, f"params[{i}]", **EXACT)
        if seen["flags_kept"] is not True:
            fail("flag-changed")


def test_next_backward(student, reference, rng):
    for mode in (True, False):
        problem = {"values": [normal(rng, *shape) for shape in SHAPES], "mode": mode}
        seen = student.probe("next_steps", **problem)
        expected = reference.probe("next_steps", **problem)
        for when in ("first", "second"):
            for i, (mine, right) in enumerate(zip(seen[when], expected[when], strict=True)):
                if (mine is None) != (right is None):
                    fail("made-up" if right is None else "gone")
                if right is not None:
                    assert_close(mine, right, f"params[{i}].grad", rtol=1e-12, atol=1e-14)
        assert_close(seen["values"], expected["values"], "params", **EXACT)
