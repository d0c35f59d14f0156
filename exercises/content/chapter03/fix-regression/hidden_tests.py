"""Hidden tests of fix-regression. Every expected value comes from the reference or from least squares."""

import math

import torch

from exercises.harness.check import assert_close, assert_equal, fail

RTOL = {torch.float32: 2e-4, torch.float64: 1e-5}  # parameters kept in float32 are right for float64 data too


def draw_line(rng, dtype=torch.float32, rows=23):
    """Points around a line with another slope, height and spread for every submission; (N, 1) each."""
    slope, height = (torch.rand(2, generator=rng, dtype=torch.float64) * 2 + 1).tolist()
    slope = -slope if torch.rand((), generator=rng) < 0.5 else slope
    xs = torch.linspace(-1.0, 2.0, rows, dtype=torch.float64) if rows > 1 else torch.tensor([1.25], dtype=torch.float64)
    xs = xs + 0.1 * torch.randn(rows, generator=rng, dtype=torch.float64)
    ys = slope * xs + height + 0.5 * torch.randn(rows, generator=rng, dtype=torch.float64)
    return {"X": xs.unsqueeze(1).to(dtype), "y": ys.unsqueeze(1).to(dtype)}


def draw_lr(rng):
    return 0.05 + 0.05 * torch.rand((), generator=rng, dtype=torch.float64).item()


def fit_both(student, reference, problem):
    """(seen, expected); a result that is no triple, or an (N, N) difference behind wrong numbers, fails at once."""
    seen = student.probe("fit", **problem)
    expected = reference.probe("fit", **problem)
    require_triple(seen)
    if not is_near(seen, expected):
        outcome, watched = student.outcome_of("watch", **problem)
        if outcome == "ok" and watched["square"]:
            fail("nn-broadcast", misconception="nn-broadcast", n=int(watched["square"]))
    return seen, expected


def require_triple(seen):
    if seen["result"] != "triple":
        fail("not-a-triple", seen=str(seen["result"])[:40])


def is_near(seen, expected):
    numbers = [seen["w"], seen["b"], *(seen["losses"] if isinstance(seen["losses"], list) else [])]
    right = [expected["w"], expected["b"], *expected["losses"]]
    return len(numbers) == len(right) and all(
        isinstance(a, float) and math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-3)
        for a, b in zip(numbers, right, strict=True)
    )


def check_numbers(seen, expected, dtype, size=1.0):
    """`size`: how large the targets are; the losses are as large as its square."""
    rtol = RTOL[dtype]
    assert_close(seen["w"], expected["w"], "w", rtol=rtol, atol=rtol * size)
    assert_close(seen["b"], expected["b"], "b", rtol=rtol, atol=rtol * size)
    assert_close(seen["losses"], expected["losses"], "losses", rtol=rtol, atol=rtol * size**2)


def test_parameters(student, reference, rng):
    problem = draw_line(rng) | {"lr": draw_lr(rng), "epochs": 7}
    seen, expected = fit_both(student, reference, problem)
    rtol = RTOL[torch.float32]
    assert_close(seen["w"], expected["w"], "w", rtol=rtol, atol=rtol)
    assert_close(seen["b"], expected["b"], "b", rtol=rtol, atol=rtol)


def test_losses(student, reference, rng):
    problem = draw_line(rng) | {"lr": draw_lr(rng), "epochs": 8}
    seen, expected = fit_both(student, reference, problem)
    rtol = RTOL[torch.float32]
    assert_close(seen["losses"], expected["losses"], "losses", rtol=rtol, atol=rtol)


def test_least_squares(student, rng):
    problem = draw_line(rng, torch.float64, rows=30)
    seen = student.probe("fit", **problem, lr=0.4, epochs=40)  # the error shrinks to 0.6 of itself, or less, in each epoch
    require_triple(seen)
    design = torch.cat([problem["X"], torch.ones_like(problem["X"])], dim=1)
    w, b = torch.linalg.lstsq(design, problem["y"]).solution.flatten().tolist()
    assert_close(seen["w"], w, "w", rtol=1e-3, atol=1e-3)
    assert_close(seen["b"], b, "b", rtol=1e-3, atol=1e-3)


def test_float64(student, reference, rng):
    problem = draw_line(rng, torch.float64, rows=17) | {"lr": draw_lr(rng), "epochs": 6}
    seen, expected = fit_both(student, reference, problem)
    check_numbers(seen, expected, torch.float64)


def test_single_point(student, reference, rng):
    problem = draw_line(rng, rows=1) | {"lr": draw_lr(rng), "epochs": 5}
    seen, expected = fit_both(student, reference, problem)
    check_numbers(seen, expected, torch.float32)


def test_other_sizes(student, reference, rng):
    """Two falling points away from the origin, a rate at which the loss rises, targets that are all 0 or small."""
    first = -1 - torch.rand((), generator=rng)
    pair = {"X": torch.tensor([[2.0], [3.0]]), "y": torch.stack([first, 2 * first - 1]).unsqueeze(1)}
    flat = {"X": torch.randn(7, 1, generator=rng), "y": torch.zeros(7, 1)}
    for problem in (pair | {"lr": 0.03, "epochs": 4}, pair | {"lr": 0.2, "epochs": 5}, flat | {"lr": 0.1, "epochs": 3}):
        seen, expected = fit_both(student, reference, problem)
        check_numbers(seen, expected, torch.float32)
    small = draw_line(rng)
    small["y"] *= 0.01
    seen, expected = fit_both(student, reference, small | {"lr": 0.1, "epochs": 4})
    check_numbers(seen, expected, torch.float32, size=0.01)


def test_inputs_untouched(student, reference, rng):
    problem = draw_line(rng) | {"lr": draw_lr(rng), "epochs": 3}
    seen, expected = fit_both(student, reference, problem)
    check_numbers(seen, expected, torch.float32)
    assert_close(seen["X"], problem["X"], "X", rtol=0, atol=0)
    assert_close(seen["y"], problem["y"], "y", rtol=0, atol=0)
    if any(seen["flags"]):
        fail("inputs-flagged")


def test_plain_numbers(student, reference, rng):
    problem = draw_line(rng) | {"lr": draw_lr(rng), "epochs": 4}
    seen, expected = fit_both(student, reference, problem)
    check_numbers(seen, expected, torch.float32)
    for name, key in (("w", "w_type"), ("b", "b_type")):
        if seen[key] != "float":
            fail("not-a-float", what=name, seen=seen[key])
    assert_equal(seen["losses_type"], "list", "type(losses)")
    if seen["loss_types"] != ["float"]:
        fail("not-a-float", what="losses[0]", seen=str(seen["loss_types"][0])[:40])


def test_uses_autograd(student, rng):
    outcome, watched = student.outcome_of("watch", **draw_line(rng), lr=0.05, epochs=2)
    if outcome == "ok" and watched["saved"] == 0:
        fail("no-graph")


def test_no_gradient_for_inputs(student, rng):
    outcome, watched = student.outcome_of("watch", **draw_line(rng), lr=0.05, epochs=2)
    if outcome == "ok" and watched["saves_inputs_grad"] is not False:
        fail("gradient-for-inputs")
