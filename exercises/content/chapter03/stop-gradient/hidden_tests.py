"""Hidden tests of stop-gradient. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail

CLOSE = {"rtol": 1e-8, "atol": 1e-10}


def draw(rng, rows=5, inputs=3, outputs=4, dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    # At least 0.3 away from 0, so that no branch is the other's copy.
    noise = normal(rows, inputs)
    noise = noise + 0.3 * torch.sign(noise)
    return {"x": normal(rows, inputs), "noise": noise, "W": normal(inputs, outputs), "s": normal() + 2}


def run(student, reference, problem, name="run", tolerance=CLOSE):
    """Both answers; the loss must be right, and must have a graph, before anything else counts."""
    seen = student.probe(name, **problem)
    expected = reference.probe(name, **problem)
    assert_close(seen["loss"], expected["loss"], "loss", **tolerance)
    if seen["has_graph"] is not True:
        fail("no-graph")
    return seen, expected


def check_gradient(seen, expected, name, tolerance=CLOSE):
    if expected[name] is None:
        return
    if seen[name] is None:
        fail("no-gradient", what=name)
    assert_close(seen[name], expected[name], f"{name}.grad", **tolerance)


def test_value(student, reference, rng):
    run(student, reference, draw(rng))
    problem = draw(rng)
    run(student, reference, problem | {"noise": problem["noise"] * 0})
    run(student, reference, problem | {"plain": True})


def test_gradient_of_f(student, reference, rng):
    for plain in (False, True):
        seen, expected = run(student, reference, draw(rng) | {"plain": plain})
        check_gradient(seen, expected, "W")
        check_gradient(seen, expected, "s")


def test_gradient_of_x(student, reference, rng):
    seen, expected = run(student, reference, draw(rng))
    check_gradient(seen, expected, "x")


def test_two_calls(student, reference, rng):
    problem = draw(rng)
    seen, expected = run(student, reference, problem)
    calls = seen["calls"]
    if len(calls) != 2:
        fail("calls", seen=len(calls))
    right = expected["calls"]
    if not any(all(map(_near, calls, order)) for order in (right, right[::-1])):
        fail("arguments")


def _near(seen, expected):
    return isinstance(seen, torch.Tensor) and seen.shape == expected.shape and torch.allclose(seen, expected)


def test_further_back(student, reference, rng):
    seen, expected = run(student, reference, draw(rng), "further_back")
    for name in ("x", "W", "s"):
        check_gradient(seen, expected, name)


def test_nothing_touched(student, reference, rng):
    for how in (
        {},
        {"plain": True},
        {"module": True, "leftover": 1.5},
        {"plain": True, "module": True, "leftover": -2.0},
    ):
        seen, expected = run(student, reference, draw(rng) | how)
        for what, changed in seen["changed"].items():
            if changed:
                fail("changed", what={"values": "x / noise / W", "flags": "requires_grad", "grads": ".grad"}[what])
        # That nothing was touched earns nothing as long as nothing was stopped.
        check_gradient(seen, expected, "W")


def test_other_sizes(student, reference, rng):
    for sizes in ((1, 3, 2), (4, 4, 4), (3, 2, 1), (1, 1, 1)):
        seen, expected = run(student, reference, draw(rng, *sizes) | {"upstream": -2.5})
        for name in ("x", "W", "s"):
            check_gradient(seen, expected, name)
    loose = {"rtol": 1e-4, "atol": 1e-5}
    seen, expected = run(student, reference, draw(rng, dtype=torch.float32), tolerance=loose)
    for name in ("x", "W", "s"):
        check_gradient(seen, expected, name, loose)
