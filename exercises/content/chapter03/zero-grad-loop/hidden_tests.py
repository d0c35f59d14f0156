"""Hidden tests of zero-grad-loop. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

EXACT = {"rtol": 1e-11, "atol": 1e-12}  # parameters in float64: a step that went through float32 shows
LOSS_RTOL = 1e-5  # a history that went through float32 is still right


def draw_network(rng, dtype=torch.float64, rows=9, inputs=3, units=4):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    return {
        "X": normal(rows, inputs),
        "y": normal(rows) * 2,
        "start": [normal(inputs, units) * 0.5, normal(units) * 0.5, normal() + 2],
    }


def draw_lr(rng, low, high):
    return low + (high - low) * torch.rand((), generator=rng, dtype=torch.float64).item()


def require_first_step(student, reference, rng):
    """A flag that nobody touched earns nothing: one step, at least, must be right."""
    problem = draw_network(rng) | {"lr": 0.03, "steps": 1}
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    assert_close(seen["history"], expected["history"], "losses", rtol=LOSS_RTOL, atol=1e-8)
    for name, mine, right in zip("Wbs", seen["params"], expected["params"], strict=True):
        assert_close(mine, right, name, **EXACT)


def test_trajectory(student, reference, rng):
    problem = draw_network(rng) | {"lr": draw_lr(rng, 0.02, 0.05), "steps": 5}
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    for name, mine, right in zip("Wbs", seen["params"], expected["params"], strict=True):
        assert_close(mine, right, name, **EXACT)


def test_history(student, reference, rng):
    problem = draw_network(rng) | {"lr": draw_lr(rng, 0.02, 0.05), "steps": 4}
    seen = student.probe("network", **problem)["history"]
    expected = reference.probe("network", **problem)["history"]
    assert_close(seen, expected, "losses", rtol=LOSS_RTOL, atol=1e-8)


def test_plain_floats(student, reference, rng):
    problem = draw_network(rng) | {"lr": 0.03, "steps": 3}
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    if seen["history_type"] != "list":
        fail("not-a-list", seen=seen["history_type"])
    wrong = [name for name in seen["item_types"] if name != "float"]
    if wrong:
        fail("not-floats", seen=wrong[0])
    assert_equal(len(seen["item_types"]), 3, "len(losses)")
    # A float alone earns nothing: the first one, at least, must be right.
    assert_close(seen["history"][:1], expected["history"][:1], "losses", rtol=LOSS_RTOL, atol=1e-8)


def test_leftover_gradients(student, reference, rng):
    problem = draw_network(rng) | {"lr": draw_lr(rng, 0.02, 0.05), "steps": 3}
    W, b, _ = problem["start"]
    problem["leftover"] = [
        torch.randn(W.shape, generator=rng, dtype=W.dtype) + 3,
        torch.randn(b.shape, generator=rng, dtype=b.dtype) - 3,
        None,
    ]
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    assert_close(seen["history"], expected["history"], "losses", rtol=LOSS_RTOL, atol=1e-8)
    for name, mine, right in zip("Wbs", seen["params"], expected["params"], strict=True):
        assert_close(mine, right, name, **EXACT)


def test_parameters_stay_leaves(student, reference, rng):
    require_first_step(student, reference, rng)
    problem = draw_network(rng) | {"lr": 0.03, "steps": 3}
    seen = student.probe("network", **problem)
    if not all(seen["is_leaf"]):
        fail("no-leaf")
    if not all(seen["requires_grad"]):
        fail("frozen")


def test_one_call_a_step(student, reference, rng):
    batches = [torch.randn(rows, 3, generator=rng, dtype=torch.float64) for rows in (4, 6, 1, 5, 2)]
    targets = [torch.randn(len(batch), generator=rng, dtype=torch.float64) + 1 for batch in batches]
    start = [torch.randn(3, generator=rng, dtype=torch.float64), torch.randn((), generator=rng, dtype=torch.float64)]
    for steps in (5, 1, 0):
        problem = {"batches": batches, "targets": targets, "start": start, "lr": 0.04, "steps": steps}
        seen = student.probe("one_batch_a_call", **problem)
        expected = reference.probe("one_batch_a_call", **problem)
        if seen["calls"] != steps:
            fail("calls", seen=seen["calls"], expected=steps)
        assert_close(seen["history"], expected["history"], "losses", rtol=LOSS_RTOL, atol=1e-8)
        assert_close(seen["params"], expected["params"], "params", **EXACT)


def test_any_loss(student, reference, rng):
    """Falling below zero, rising, and exactly 0: the loop goes on for `steps` steps, and by the same rule."""
    direction = torch.randn(4, generator=rng, dtype=torch.float64) * 3
    start = torch.randn(4, generator=rng, dtype=torch.float64)
    problems = [
        ("slope", {"direction": direction, "start": start, "lr": 0.5, "steps": 4}),
        ("valley", {"scale": torch.tensor(1.0, dtype=torch.float64), "start": start + 1, "lr": 1.25, "steps": 4}),
        ("valley", {"scale": torch.tensor(1.0, dtype=torch.float64), "start": start * 0, "lr": 0.1, "steps": 3}),
        ("valley", {"scale": torch.tensor(1e-7, dtype=torch.float64), "start": start, "lr": 0.2, "steps": 4}),
        ("valley", {"scale": torch.tensor(1e4, dtype=torch.float64), "start": start + 2, "lr": 1e-5, "steps": 3}),
    ]
    for name, problem in problems:
        seen = student.probe(name, **problem)
        expected = reference.probe(name, **problem)
        assert_close(seen["history"], expected["history"], "losses", rtol=LOSS_RTOL, atol=1e-12)
        assert_close(seen["params"][0], expected["params"][0], "w", **EXACT)


def test_grad_mode(student, reference, rng):
    require_first_step(student, reference, rng)
    problem = draw_network(rng) | {"lr": 0.03, "steps": 2}
    if student.probe("network", **problem)["grad_mode"] is not True:
        fail("grad-mode-off")


def test_float32(student, reference, rng):
    problem = draw_network(rng, torch.float32, rows=1) | {"lr": 0.02, "steps": 4}
    seen = student.probe("network", **problem)
    expected = reference.probe("network", **problem)
    assert_close(seen["history"], expected["history"], "losses", rtol=1e-4, atol=1e-5)
    for name, mine, right in zip("Wbs", seen["params"], expected["params"], strict=True):
        assert_close(mine, right, name, rtol=1e-4, atol=1e-5)


def test_unused_parameter(student, reference, rng):
    start = [torch.randn(3, generator=rng, dtype=torch.float64), torch.ones(2, dtype=torch.float64)]
    X = torch.randn(6, 3, generator=rng, dtype=torch.float64)
    problem = {"X": X, "y": X.sum(1), "start": start, "lr": 0.05, "steps": 3}
    outcome, seen = student.outcome_of("unused", **problem)
    if outcome != "ok":
        fail("unused-raises", error=seen)
    expected = reference.probe("unused", **problem)
    assert_close(seen["params"], expected["params"], "params", **EXACT)


def draw_habits(rng):
    X = torch.randn(6, 2, generator=rng, dtype=torch.float64)
    start = torch.randn(2, generator=rng, dtype=torch.float64)
    return {"X": X, "y": X.sum(1), "start": start, "lr": 0.05, "steps": 4}


def test_graph_released(student, rng):
    if student.probe("habits", **draw_habits(rng))["released"] is not True:
        fail("graph-retained")


def test_old_graphs_freed(student, rng):
    kept = student.probe("habits", **draw_habits(rng))["kept"]
    if kept not in (0, 1):
        fail("graphs-kept", kept=kept)


def test_tracked_update(student, rng):
    if student.probe("habits", **draw_habits(rng))["tracked"] is not True:
        fail("untracked")


def test_no_optimizer(student, rng):
    if student.probe("habits", **draw_habits(rng))["optimizer_steps"] != 0:
        fail("optimizer-used")
