"""Hidden tests of eval-no-grad. Every expected value comes from the reference."""

import math

import torch

from exercises.harness.check import assert_close, fail

CLOSE = {"rtol": 1e-6, "atol": 1e-9}  # a float that went through float32 is still right
BOTH_WAYS = ((True, False), (False, True))  # training mode and recording before the call


def draw(rng, rows=7, inputs=3, hidden=6, outputs=2, dtype=torch.float64):
    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    net = {
        "W1": normal(inputs, hidden),
        "b1": normal(hidden),
        "W2": normal(hidden, outputs) + 1,
        "b2": normal(outputs),
        "mean": normal(hidden),
        "var": normal(hidden).square() + 0.5,
    }
    return {"net": net, "X": normal(rows, inputs), "y": normal(rows, outputs) * 2}


def check_value(student, reference, problem, tolerance=CLOSE):
    """A flag that nobody touched earns nothing: the value must be right as well."""
    seen = student.probe("run", **problem)
    expected = reference.probe("run", **problem)
    assert_close(seen["value"], expected["value"], "loss", **tolerance)
    return seen, expected


def test_value(student, reference, rng):
    problem = draw(rng)
    check_value(student, reference, problem | {"training": False})
    # Right for a model that is in eval mode already, wrong for one in training mode: then it is the mode.
    seen = student.probe("run", **problem)["value"]
    expected = reference.probe("run", **problem)["value"]
    if not isinstance(seen, float) or not math.isclose(seen, expected, rel_tol=1e-6, abs_tol=1e-9):
        fail("not-eval", misconception="no-eval")


def test_plain_float(student, reference, rng):
    problem = draw(rng)
    # Whether dropout was off is the business of other tests, so it has nothing to drop here.
    seen, _ = check_value(student, reference, problem | {"training": False})
    if seen["type"] != "float":
        fail("not-a-float", seen=seen["type"])


def test_recording_off(student, reference, rng):
    problem = draw(rng) | {"training": False}
    seen, _ = check_value(student, reference, problem)
    if seen["recording"] == [] or any(seen["recording"]):
        fail("recording")


def test_mode_restored(student, reference, rng):
    for training, recording in BOTH_WAYS:
        problem = draw(rng) | {"training": training, "recording": recording}
        seen, expected = check_value(student, reference, problem)
        if seen["training"] is not expected["training"]:
            fail("mode-wrong", before=training, after=seen["training"])
        if seen["grad_mode"] is not recording:
            fail("grad-mode", before=recording, after=seen["grad_mode"])


def test_model_raises(student, reference, rng):
    check_value(student, reference, draw(rng))
    for training, recording in BOTH_WAYS:
        problem = draw(rng) | {"training": training, "recording": recording}
        seen = student.probe("raising", **problem)
        if seen["came_through"] is not True:
            fail("error-lost")
        if seen["training"] is not training:
            fail("mode-after-error", misconception="no-finally", before=training, after=seen["training"])
        if seen["grad_mode"] is not recording:
            fail("grad-mode", before=recording, after=seen["grad_mode"])
        if seen["flags_kept"] is not True:
            fail("flags")


def test_model_untouched(student, reference, rng):
    problem = draw(rng) | {"frozen": [0, 3], "with_grads": True, "with_data": True}
    seen, expected = check_value(student, reference, problem)
    assert_close(seen["values"], expected["values"], "model.state_dict()", rtol=0, atol=0)
    if seen["flags_kept"] is not True:
        fail("flags")
    if seen["grads_kept"] is not True:
        fail("gradients")
    assert_close(seen["data"], [problem["X"], problem["y"]], "(X, y)", rtol=0, atol=0)


def test_one_forward(student, reference, rng):
    seen, _ = check_value(student, reference, draw(rng) | {"training": False})
    if len(seen["recording"]) != 1:
        fail("calls", seen=len(seen["recording"]))


def test_other_sizes(student, reference, rng):
    for sizes in ((1, 3, 4, 2), (5, 3, 4, 1), (4, 4, 4, 4)):
        check_value(student, reference, draw(rng, *sizes))
    check_value(student, reference, draw(rng, dtype=torch.float32), {"rtol": 1e-4, "atol": 1e-5})


def test_nothing_saved(student, rng):
    seen = student.probe("saved", **draw(rng))
    if seen != 0:
        fail("saved", seen=seen)


def test_submodules_restored(student, rng):
    if student.probe("partly_in_eval", **draw(rng)) is not True:
        fail("part-wrong")
