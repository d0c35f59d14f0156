"""Hidden tests of loss-history-leak. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_type, fail

CLOSE = {"rtol": 1e-6, "atol": 1e-9}  # a sum that went through float32 is still right


def draw(rng, sizes=(5, 5, 2, 7, 1), outputs=2, dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    return {
        "net": {"W": normal(3, 4), "b": normal(4), "V": normal(4, outputs)},
        "Xs": [normal(size, 3) for size in sizes],
        # Each batch has a height of its own, so that its weight shows.
        "ys": [normal(size, outputs) + 2 * i for i, size in enumerate(sizes)],
    }


def run(student, reference, problem, tolerance=CLOSE):
    """What was not kept earns nothing as long as the value is wrong."""
    seen = student.probe("run", **problem)
    expected = reference.probe("run", **problem)
    if not isinstance(seen["value"], float):
        assert_type(seen["value"], float, "evaluate_all(…)")
    assert_close(seen["value"], expected["value"], "evaluate_all(…)", **tolerance)
    return seen


def test_value(student, reference, rng):
    run(student, reference, draw(rng))
    run(student, reference, draw(rng, (1, 6)) | {"loss": "absolute"})
    run(student, reference, draw(rng, (3, 2)) | {"loss": "uneven"})


def test_graphs_alive(student, reference, rng):
    for sizes in ((4, 4, 4, 4), (3, 1, 2, 5, 1, 4)):
        problem = draw(rng, sizes)
        seen = student.probe("run", **problem)
        if seen["alive"] > 1:
            fail("alive", misconception="graphs-kept", seen=seen["alive"], batches=len(sizes))
        run(student, reference, problem)


def test_nothing_kept(student, reference, rng):
    for _ in range(2):
        seen = run(student, reference, draw(rng, (2, 2, 2)))
        if seen["left"] > 0:
            fail("left", seen=seen["left"])


def test_plain_float(student, reference, rng):
    seen = run(student, reference, draw(rng, (3, 3)))
    if seen["type"] != "float":
        fail("not-a-float", seen=seen["type"])


def test_model_untouched(student, reference, rng):
    for with_grads in (True, False):
        for recording in (True, False):
            problem = draw(rng, (3, 3)) | {"frozen": [2], "with_grads": with_grads, "recording": recording}
            seen = run(student, reference, problem)
            if seen["changed"]:
                fail("changed", what=str(seen["changed"][0])[:40])


def test_other_sizes(student, reference, rng):
    for sizes in ((6,), (1,), (1, 1, 1, 1), (2,) * 25 + (1,)):
        run(student, reference, draw(rng, sizes))
    run(student, reference, draw(rng, outputs=1))
    run(student, reference, draw(rng, dtype=torch.float32), {"rtol": 1e-4, "atol": 1e-5})


def test_nothing_saved(student, rng):
    seen = student.probe("saved", **draw(rng))
    if seen != 0:
        fail("saved", seen=seen)


def test_any_iterable(student, reference, rng):
    problem = draw(rng) | {"once": True}
    outcome, seen = student.outcome_of("run", **problem)
    if outcome != "ok" or not isinstance(seen["value"], float):
        fail("once")
    assert_close(seen["value"], reference.probe("run", **problem)["value"], "evaluate_all(…)", **CLOSE)


def test_mode_kept(student, rng):
    for training in (True, False):
        if student.probe("run", **draw(rng), training=training)["training"] is not training:
            fail("mode")
