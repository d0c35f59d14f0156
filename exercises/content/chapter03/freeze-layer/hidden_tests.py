"""Hidden tests of freeze-layer. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-11}
CLOSE32 = {"rtol": 1e-4, "atol": 1e-5}
PLAIN = {"optimizer": "sgd", "settings": {"lr": 0.1}}
HEAVY = {"optimizer": "sgd", "settings": {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}}


def draw(rng, sizes=(3, 4, 4, 2), rows=6, dtype=torch.float64):
    """Layers 0, 2 and 4 are linear, 1 and 3 are tanh."""

    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    pairs = list(zip(sizes, sizes[1:], strict=False))
    return {
        "weights": [normal(outputs, inputs) for inputs, outputs in pairs],
        "biases": [normal(outputs) for _, outputs in pairs],
        "X": normal(rows, sizes[0]),
        "y": normal(rows, sizes[-1]) * 3,
    }


def both(student, reference, problem, tolerance=CLOSE, frozen=(True, False)):
    """(seen, expected), with the parameters compared: the frozen ones exactly, the others to a few roundings."""
    seen, expected = student.probe("step", **problem), reference.probe("step", **problem)
    for index, right in enumerate(expected["params"]):
        name = f"layer {index // 2 * 2}: {'bias' if index % 2 else 'weight'}"
        if expected["frozen"][index] and True in frozen:
            assert_close(seen["params"][index], right, f"frozen {name}", rtol=0, atol=0)
        elif not expected["frozen"][index] and False in frozen:
            assert_close(seen["params"][index], right, name, **tolerance)
    return seen, expected


def test_other_layers(student, reference, rng):
    both(student, reference, draw(rng) | PLAIN | {"i": 2}, frozen=(False,))


def test_frozen_layer(student, reference, rng):
    both(student, reference, draw(rng) | PLAIN | {"i": 2})


def test_momentum(student, reference, rng):
    """In the middle of a training, with gradients of 0 lying about."""
    problem = draw(rng) | {"leftover": 0.0}
    both(student, reference, problem | HEAVY | {"i": 2, "before": 1})
    both(student, reference, problem | PLAIN | {"settings": {"lr": 0.1, "weight_decay": 0.3}, "i": 0})


def test_leftover_gradients(student, reference, rng):
    problem = draw(rng)
    both(student, reference, problem | HEAVY | {"i": 2, "before": 1, "leftover": -2.0})
    # One that somebody else has frozen, outside layer i: its old gradient must not move it either.
    both(student, reference, problem | PLAIN | {"i": 2, "off": [1], "leftover": 3.0})


def test_flags_restored(student, reference, rng):
    """One parameter inside and one outside the layer had been frozen before: a weight or a bias."""
    for i, off in ((2, (2, 1)), (4, (5, 0))):
        problem = draw(rng) | PLAIN | {"i": i, "off": list(off)}
        seen, _ = both(student, reference, problem)
        if seen["flags_wrong"] != 0:
            fail("flags", count=int(seen["flags_wrong"]))
        if seen["modes_kept"] is not True:
            fail("mode")


def test_no_wasted_gradient(student, reference, rng):
    seen, _ = both(student, reference, draw(rng) | PLAIN | {"i": 2, "watched": True})
    if seen["computed"] != 0:
        fail("gradient-computed")


def test_unfrozen_again(student, reference, rng):
    """What the optimizer remembers of the frozen layer shows in its next step."""
    for choice in (HEAVY, {"optimizer": "adam", "settings": {"lr": 0.05}}):
        seen, expected = both(
            student, reference, draw(rng) | choice | {"i": 2, "before": 1, "leftover": 0.0, "after": 1}
        )
        assert_close(seen["later"], expected["later"], "parameters one step later", **CLOSE)


def test_any_layer(student, reference, rng):
    problem = draw(rng, sizes=(3, 3, 3), rows=3)
    for i in (0, 1, 2):
        both(student, reference, problem | HEAVY | {"i": i, "before": 1})


def test_float32(student, reference, rng):
    adam = {"optimizer": "adamw", "settings": {"lr": 0.01, "weight_decay": 0.2}}
    problem = draw(rng, sizes=(3, 4, 2), rows=1, dtype=torch.float32)
    both(student, reference, problem | adam | {"i": 2, "before": 1, "leftover": 1.0}, CLOSE32)


def test_flags_after_error(student, rng):
    outcome, restored = student.outcome_of("failing", **draw(rng), i=2)
    if outcome == "ok" and restored is not True:
        fail("flags-lost")
    assert_equal(outcome, "ok", "outcome")
