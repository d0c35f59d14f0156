"""What "Run" shows: the statement's example, the chapter's graph, numbers on either side."""

from exercises.harness.check import assert_close


def test_example(student):
    leaves = [["leaf", 3], ["leaf", -4], ["leaf", 10.0]]
    steps = [*leaves, ["mul", 0, 1], ["add", 3, 2], ["relu", 4], ["add", 5, 4], ["add_number", 6, 5]]
    seen = student.probe("run", steps=steps, backward=[7])
    assert_close(seen["data"][7], 3.0, "z.data")
    assert_close(seen["grads"][0], [-4.0, 3.0, 1.0], "gradients of a, b, c")


def test_chapter(student):
    steps = [["leaf", 2.0], ["add_number", 0, 1], ["mul", 1, 1]]
    seen = student.probe("run", steps=steps, backward=[2])
    assert_close(seen["data"][2], 9.0, "z.data")
    assert_close(seen["grads"][0], [6.0], "x.grad")


def test_number_left(student):
    left = [["leaf", 5.0], ["number_mul", 3, 0], ["add_number", 1, 1]]
    right = [["leaf", 5.0], ["mul_number", 0, 3], ["number_add", 1, 1]]
    for steps in (left, right):
        seen = student.probe("run", steps=steps, backward=[2])
        assert_close(seen["data"][2], 16.0, "data")
        assert_close(seen["grads"][0], [3.0], "a.grad")
