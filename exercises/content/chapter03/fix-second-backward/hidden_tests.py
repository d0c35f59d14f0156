"""Hidden tests of fix-second-backward. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def draw_x(rng, dtype=torch.float64):
    """Away from -1, where the gradient is 0, and from 0."""
    x = 0.3 + 4 * torch.rand((), generator=rng, dtype=torch.float64)
    return (x if torch.rand((), generator=rng) < 0.5 else -2 - x).to(dtype)


def check_reads(student, reference, x, tolerance=CLOSE):
    seen = student.probe("read", x=x)
    expected = reference.probe("read", x=x)
    assert_close(seen["reads"], expected["reads"], "three_reads(x)", **tolerance)
    return seen


def test_values(student, reference, rng):
    for _ in range(3):
        check_reads(student, reference, draw_x(rng))


def test_plain_floats(student, reference, rng):
    x = draw_x(rng)
    seen = student.probe("read", x=x)
    expected = reference.probe("read", x=x)
    if seen["type"] != "list":
        fail("not-a-list", seen=seen["type"])
    wrong = [name for name in seen["item_types"] if name != "float"]
    if wrong:
        fail("not-floats", seen=wrong[0])
    # Floats alone earn nothing: the first one must be right, and there must be three.
    assert_close([*seen["reads"][:1], len(seen["reads"])], [*expected["reads"][:1], 3], "three_reads(x)", **CLOSE)


def test_three_passes(student, reference, rng):
    x = draw_x(rng)
    seen = student.probe("read", x=x)
    if len(seen["found"]) != 3:
        fail("passes", seen=len(seen["found"]))
    expected = reference.probe("read", x=x)
    assert_close(seen["reads"][:1], expected["reads"][:1], "three_reads(x)", **CLOSE)
    # 2g is to come about by accumulation, not by doubling a number.
    if not isinstance(seen["found"][1], float) or abs(seen["found"][1] - expected["found"][1]) > 1e-6:
        fail("not-added")


def test_one_graph(student, reference, rng):
    x = draw_x(rng)
    seen = student.probe("graphs", x=x)
    if seen["graphs"] == 0:
        fail("passes", seen=0)
    if seen["graphs"] != 1:
        fail("rebuilt", misconception="rebuilds-graph", graphs=seen["graphs"])
    expected = reference.probe("graphs", x=x)
    assert_close(seen["reads"][:1], expected["reads"][:1], "three_reads(x)", **CLOSE)


def test_other_points(student, reference, rng):
    for x in (-1.0, 0.0, -1.5, 1e3, 1e-3):
        check_reads(student, reference, torch.tensor(x, dtype=torch.float64))
    check_reads(student, reference, draw_x(rng, torch.float32), {"rtol": 1e-5, "atol": 1e-6})
