"""What "Run" shows: the statement's example, and the shape that gives the bug away."""

import torch

from exercises.harness.check import assert_close, fail


def three_points():
    return {"X": torch.tensor([[0.0], [1.0], [2.0]]), "y": torch.tensor([[1.0], [3.0], [5.0]])}


def test_first_step(student):
    seen = student.probe("fit", **three_points(), lr=0.1, epochs=1)
    if seen["result"] != "triple":
        fail("not-a-triple", seen=str(seen["result"])[:40])
    if not isinstance(seen["w"], float) or abs(seen["w"] - 0.8666667) > 1e-4:
        outcome, watched = student.outcome_of("watch", **three_points(), lr=0.1, epochs=1)
        if outcome == "ok" and watched["square"]:
            fail("nn-broadcast", misconception="nn-broadcast", n=int(watched["square"]))
    assert_close(seen["w"], 0.8666667, "w", rtol=1e-5)
    assert_close(seen["b"], 0.6, "b", rtol=1e-5)
    assert_close(seen["losses"], [11.6666667], "losses", rtol=1e-5)


def test_line(student):
    seen = student.probe("fit", **three_points(), lr=0.2, epochs=150)
    if seen["result"] != "triple":
        fail("not-a-triple", seen=str(seen["result"])[:40])
    assert_close(seen["w"], 2.0, "w", rtol=1e-2)
    assert_close(seen["b"], 1.0, "b", rtol=1e-2)
