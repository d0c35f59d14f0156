"""What "Run" shows: the statement's example."""

from exercises.harness.check import assert_close, assert_equal


def test_example(student):
    assert_close(student.probe("pair", weight_decay=0.0)["weights"], [1.6, 2.0], "weights", rtol=1e-6)


def test_weight_decay(student):
    assert_close(student.probe("pair", weight_decay=0.5)["weights"], [1.55, 2.0], "weights", rtol=1e-6)


def test_flags(student):
    assert_equal(student.probe("pair", weight_decay=0.0)["flags"], [True, True], "requires_grad")
