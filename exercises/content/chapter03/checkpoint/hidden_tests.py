"""Hidden tests of checkpoint. Expected values come from a plain loop on the reference's side: it is the definition."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-12}
CLOSE32 = {"rtol": 1e-3, "atol": 1e-5}


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def draw(rng, widths=(3, 3, 3, 3), inner=4, rows=5, dtype=torch.float64):
    """Blocks that go from one width to the next."""
    weights = [
        [
            normal(rng, start, inner, dtype=dtype) / 2,
            normal(rng, inner, dtype=dtype) / 2,
            normal(rng, inner, end, dtype=dtype),
            normal(rng, end, dtype=dtype) / 2,
        ]
        for start, end in zip(widths, widths[1:], strict=False)
    ]
    return {
        "weights": weights,
        "x": normal(rng, rows, widths[0], dtype=dtype),
        "upstream": normal(rng, rows, widths[-1], dtype=dtype) + 0.5,
    }


def seed(rng):
    return int(torch.randint(0, 2**31, (), generator=rng))


def both(student, reference, name, problem):
    return student.probe(name, **problem), reference.probe(name, **problem, plain=True)


def run(student, reference, problem, tolerance=CLOSE):
    """What the probe saw, with the output and all gradients compared."""
    seen, expected = both(student, reference, "run", problem)
    assert_close(seen["y"], expected["y"], "forward(blocks, x)", **tolerance)
    compare_grads(seen["grads"], expected["grads"], tolerance)
    if expected["x.grad"] is not None:
        assert_close(seen["x.grad"], expected["x.grad"], "x.grad", **tolerance)
    return seen, expected


def compare_grads(seen, expected, tolerance=CLOSE):
    """From the last block to the first, the way that the gradient takes."""
    assert_equal(len(seen), len(expected), "number of parameters")
    for index in reversed(range(len(expected))):
        name = ("inner", "inner_bias", "outer", "outer_bias")[index % 4]
        assert_close(seen[index], expected[index], f"blocks[{index // 4}].{name}.grad", **tolerance)


def test_gradients(student, reference, rng):
    run(student, reference, draw(rng))
    run(student, reference, draw(rng, widths=(2, 4, 1, 3), rows=4))


def test_recomputed(student, reference, rng):
    for widths in ((3,) * 5, (2, 4, 3)):
        number = len(widths) - 1
        seen, _ = run(student, reference, draw(rng, widths=widths))
        if seen["forward"] != list(range(number)):
            fail("forward-calls", seen=len(seen["forward"]), expected=number)
        if len(seen["backward"]) != number:
            fail("recomputed", seen=len(seen["backward"]), expected=number)
        if seen["backward"] != list(reversed(range(number))):
            fail("order", seen=", ".join(map(str, seen["backward"]))[:40])


def test_kept(student, reference, rng):
    problem = draw(rng, widths=(4,) * 6, inner=32, rows=64)
    seen, expected = both(student, reference, "kept", problem)
    compare_grads(seen["grads"], expected["grads"])
    if 2 * seen["alive"] > expected["alive"]:
        fail("kept", seen=seen["alive"], plain=expected["alive"])
    if 2 * max(seen["backward"], default=0) > expected["alive"]:
        fail("kept-backward", seen=max(seen["backward"]), plain=expected["alive"])


def test_dropout(student, reference, rng):
    run(student, reference, draw(rng, inner=6) | {"dropout": 0.5, "seed": seed(rng)})


def test_random_state(student, reference, rng):
    seen, expected = run(student, reference, draw(rng) | {"dropout": 0.5, "seed": seed(rng)})
    for drawn, right, when in zip(seen["drawn"], expected["drawn"], ("forward", "backward"), strict=True):
        if not isinstance(drawn, torch.Tensor) or not torch.equal(drawn, right):
            fail("random-state", when=when)


def test_data_input(student, reference, rng):
    problem = draw(rng) | {"needs_grad": False, "dropout": 0.5, "seed": seed(rng)}
    seen, _ = run(student, reference, problem)
    if len(seen["backward"]) != 3:
        fail("recomputed", seen=len(seen["backward"]), expected=3)
    if seen["x.grad"] is not None or "x" in seen["changed"]:
        fail("changed", what="x")


def test_autograd_grad(student, reference, rng):
    for needs_grad in (True, False):
        problem = draw(rng) | {"needs_grad": needs_grad, "dropout": 0.3, "seed": seed(rng)}
        seen, expected = both(student, reference, "returned", problem)
        assert_close(seen["grads"], expected["grads"], "torch.autograd.grad(y, …)", **CLOSE)
        if seen["written"] is not False:
            fail("changed", what=".grad")


def test_added_to_grad(student, reference, rng):
    run(student, reference, draw(rng) | {"leftover": 2.0})


def test_no_grad(student, reference, rng):
    problem = draw(rng)
    problem.pop("upstream")
    seen, expected = student.probe("unrecorded", **problem), reference.probe("unrecorded", **problem)
    assert_close(seen["y"], expected["y"], "forward(blocks, x)", **CLOSE)
    assert_equal(seen["requires_grad"], False, "forward(blocks, x).requires_grad")
    assert_equal(seen["calls"], expected["calls"], "blocks called")


def test_two_calls(student, reference, rng):
    problem = draw(rng) | {"z": normal(rng, 5, 3), "dropout": 0.4, "seed": seed(rng)}
    seen, expected = both(student, reference, "two_calls", problem)
    for name in ("x.grad", "z.grad"):
        assert_close(seen[name], expected[name], name, **CLOSE)
    compare_grads(seen["grads"], expected["grads"])


def test_same_block_twice(student, reference, rng):
    for order in ([0, 1, 0], [1, 1, 0]):
        seen, _ = run(student, reference, draw(rng, widths=(3, 3, 3)) | {"order": order})
        assert_equal(seen["forward"] + seen["backward"], order + order[::-1], "blocks called")


def test_sizes(student, reference, rng):
    run(student, reference, draw(rng, widths=(3, 2)))
    run(student, reference, draw(rng, widths=(1, 1, 1), inner=1, rows=1))
    run(student, reference, draw(rng, widths=(2,) * 8))
    run(student, reference, draw(rng, dtype=torch.float32) | {"dropout": 0.5, "seed": seed(rng)}, CLOSE32)


def test_nothing_else_changed(student, reference, rng):
    for training, needs_grad in ((True, False), (False, True)):  # each flag both ways
        problem = draw(rng) | {"training": training, "needs_grad": needs_grad, "dropout": 0.5, "seed": seed(rng)}
        seen, _ = run(student, reference, problem)
        if seen["changed"]:
            fail("changed", what=str(seen["changed"][0])[:40])


def test_second_order(student, reference, rng):
    problem = draw(rng) | {"along": normal(rng, 5, 3)}
    outcome, seen = student.outcome_of("second_order", **problem)
    if outcome != "ok" or not isinstance(seen, torch.Tensor):
        fail("second-order")
    assert_close(seen, reference.probe("second_order", **problem, plain=True), "the second derivative", **CLOSE)
