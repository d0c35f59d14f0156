"""What "Run" shows: the statement's example, and the graphs alive on the way."""

from exercises.harness.check import assert_close, fail


def test_example(student):
    assert_close(student.probe("given_losses", losses=[1.0, 4.0], sizes=[2, 1])["value"], 2.0, "evaluate_all(…)")


def test_alive(student):
    seen = student.probe("given_losses", losses=[1.0, 2.0, 3.0], sizes=[2, 2, 2])
    if seen["alive"] > 1:
        fail("alive", seen=seen["alive"], batches=3)
