"""Hidden tests of minibatch-sgd. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, fail

LOSS = {"rtol": 1e-5, "atol": 1e-8}  # a history that went through float32 is still right
CLOSE = {"rtol": 1e-8, "atol": 1e-10}


def draw(rng, rows=13, bs=5, epochs=2, dtype=torch.float64):
    """So many rows that two orders hardly ever make the same batches: two epochs do to tell them apart."""

    def normal(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)

    return {
        "X": normal(rows, 3),
        "y": normal(rows) * 2,
        "start": [normal(3, 4) * 0.5, normal(4) * 0.5, normal() + 2],
        "lr": 0.02 + 0.02 * torch.rand((), generator=rng, dtype=torch.float64).item(),
        "bs": bs,
        "epochs": epochs,
        "seed": int(torch.randint(1 << 30, (), generator=rng)),
    }


def run(student, reference, problem, name="network"):
    return student.probe(name, **problem), reference.probe(name, **problem)


def check_params(seen, expected, tolerance=CLOSE):
    for name, mine, right in zip("Wbs", seen["params"], expected["params"], strict=False):
        assert_close(mine, right, name, **tolerance)


def check_history(seen, expected, tolerance=LOSS):
    assert_close(seen["history"], expected["history"], "losses", **tolerance)


def check_batches(seen, expected, rows, epochs):
    """Right number and sizes of batches; in each epoch every row once; each with its own target."""
    mine, right = seen["batches"], expected["batches"]
    if len(mine) != len(right):
        fail("batch-count", seen=len(mine), expected=len(right))
    for batch, wanted in zip(mine, right, strict=True):
        if len(batch) != len(wanted):
            fail("batch-size", seen=len(batch), expected=len(wanted))
    each = len(right) // epochs if epochs else 0
    for epoch in range(epochs):
        used = {row for batch in mine[epoch * each : (epoch + 1) * each] for row in batch}
        if used != set(range(rows)):
            fail("rows", epoch=epoch + 1, missing=len(set(range(rows)) - used))
    if seen["paired"] is not True:
        fail("pairs")


def test_trajectory(student, reference, rng):
    seen, expected = run(student, reference, draw(rng))
    check_params(seen, expected)


def test_epoch_losses(student, reference, rng):
    seen, expected = run(student, reference, draw(rng, rows=11, bs=4, epochs=3))
    check_history(seen, expected)
    # An lr that is too large: every step makes the weight 1.4 times as long, and the loss rises from epoch to epoch.
    ones = torch.ones(3, 1, dtype=torch.float64)
    start = torch.rand((), generator=rng, dtype=torch.float64) + 1
    problem = {"X": ones, "y": ones * 0, "start": start, "lr": 1.2, "bs": 2, "epochs": 4, "seed": 0}
    seen, expected = run(student, reference, problem, "line")
    check_history(seen, expected)


def test_partition(student, reference, rng):
    seen, expected = run(student, reference, draw(rng))
    check_batches(seen, expected, 13, 2)


def test_given_generator(student, reference, rng):
    """From two places in the same stream, neither of which is its beginning."""
    problem = draw(rng, rows=12, bs=5, epochs=2)
    for drawn in (3, 8):
        seen, expected = run(student, reference, problem | {"drawn": drawn})
        check_params(seen, expected)
        check_history(seen, expected)


def test_batch_sizes(student, reference, rng):
    for rows, bs, epochs in ((5, 1, 2), (8, 4, 2), (6, 6, 2), (4, 100, 3), (9, 4, 1), (1, 1, 2), (1, 3, 2), (7, 3, 0)):
        seen, expected = run(student, reference, draw(rng, rows, bs, epochs))
        check_batches(seen, expected, rows, epochs)
        check_params(seen, expected)
        check_history(seen, expected)


def test_converges(student, reference, rng):
    """Eight directions all around: any two batches of four shrink the error to a quarter or less, in one epoch."""
    angles = torch.arange(8, dtype=torch.float64) * torch.pi / 4 + torch.rand((), generator=rng, dtype=torch.float64)
    X = torch.stack([angles.cos(), angles.sin()], 1)
    weights = torch.randn(2, generator=rng, dtype=torch.float64) + 2
    problem = {"X": X, "y": X @ weights, "start": torch.zeros(2, dtype=torch.float64), "lr": 0.5, "bs": 4}
    problem |= {"epochs": 12, "seed": int(torch.randint(1 << 30, (), generator=rng))}
    seen, expected = run(student, reference, problem, "linear")
    assert_close(seen["params"][0], weights, "w", rtol=1e-2, atol=1e-2)
    check_history(seen, expected)  # one entry for each epoch, also when hardly anything changes any more


def test_plain_floats(student, reference, rng):
    seen, expected = run(student, reference, draw(rng, rows=14, bs=7, epochs=3))
    if seen["history_type"] != "list":
        fail("not-a-list", seen=seen["history_type"])
    wrong = [name for name in seen["item_types"] if name != "float"]
    if wrong:
        fail("not-floats", seen=wrong[0])
    # Floats alone earn nothing: the numbers must be right. All batches have the same size here.
    check_history(seen, expected)


def test_parameters_stay_leaves(student, reference, rng):
    seen, expected = run(student, reference, draw(rng, epochs=1))
    check_params(seen, expected)
    if seen["leaves"] is not True:
        fail("no-leaf")
    if seen["grad_mode"] is not True:
        fail("grad-mode-off")


def test_data_untouched(student, reference, rng):
    problem = draw(rng)
    seen, expected = run(student, reference, problem)
    check_params(seen, expected)
    assert_close(seen["data"], [problem["X"], problem["y"]], "(X, y)", rtol=0, atol=0)


def test_float32(student, reference, rng):
    problem = draw(rng, rows=15, bs=7, dtype=torch.float32)
    loose = {"rtol": 1e-4, "atol": 1e-5}
    for y in (problem["y"], problem["y"].unsqueeze(1)):
        seen, expected = run(student, reference, problem | {"y": y})
        check_params(seen, expected, loose)
        check_history(seen, expected, loose)


def test_leftover_gradients(student, reference, rng):
    problem = draw(rng, epochs=1)
    problem["leftover"] = [torch.ones_like(value) * 3 for value in problem["start"]]
    seen, expected = run(student, reference, problem)
    check_params(seen, expected)


def test_draws(student, reference, rng):
    seen, expected = run(student, reference, draw(rng))
    mine, right = seen["generator"], expected["generator"]
    if not isinstance(mine, torch.Tensor) or mine.shape != right.shape or not torch.equal(mine, right):
        fail("other-draws")
