"""Hidden tests of per-sample-grads. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_type, fail

CLOSE = {"rtol": 1e-8, "atol": 1e-11}
CLOSE32 = {"rtol": 1e-3, "atol": 1e-4}  # terms that cancel leave their roundings


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def labels(rng, rows, classes):
    return torch.randint(0, classes, (rows,), generator=rng)


def net(reference, rng, name, *sizes, dtype=torch.float64):
    shapes = reference.probe("parameter_shapes", net=name, sizes=list(sizes))
    return {"net": name, "sizes": list(sizes), "weights": [normal(rng, *shape, dtype=dtype) for shape in shapes]}


def mlp(reference, rng, rows, d=3, k=4, m=2, dtype=torch.float64):
    problem = net(reference, rng, "mlp", d, k, m, dtype=dtype)
    return problem | {"X": normal(rng, rows, d, dtype=dtype), "y": normal(rng, rows, m, dtype=dtype)}


def run(student, reference, problem, tolerance=CLOSE):
    """What the probe saw, with the gradients compared."""
    seen, expected = student.probe("run", **problem), reference.probe("run", **problem, watched=False)
    assert_close(seen["grads"], expected["grads"], "grads", **tolerance)
    more = len(seen["grads"].keys() - expected["grads"].keys())
    if more:
        fail("more-names", count=more)
    return seen


def test_values(student, reference, rng):
    run(student, reference, mlp(reference, rng, 5))


def test_batch_of_one(student, reference, rng):
    problem = net(reference, rng, "series", 3, 4)
    run(student, reference, problem | {"X": normal(rng, 4, 3, 3), "y": normal(rng, 4)})
    run(student, reference, mlp(reference, rng, 4) | {"loss": "sums"})


def test_one_forward(student, reference, rng):
    seen = run(student, reference, mlp(reference, rng, 4, 4, 4, 4))
    if seen["calls"] != 1:
        fail("forwards", seen=seen["calls"], rows=4)


def test_grad_untouched(student, reference, rng):
    seen = run(student, reference, mlp(reference, rng, 4) | {"leftover": [2.5, None, 0.0]})
    if ".grad" in seen["changed"]:
        fail("grad-changed")


def test_other_models(student, reference, rng):
    conv = net(reference, rng, "conv", 2, 3)
    run(student, reference, conv | {"X": normal(rng, 3, 1, 4, 4), "y": normal(rng, 3, 3)})
    tokens = net(reference, rng, "tokens", 5, 3, 4)
    words = torch.randint(0, 5, (4, 6), generator=rng)
    run(student, reference, tokens | {"X": words, "y": labels(rng, 4, 4), "loss": "cross_entropy"})


def test_shared_weight(student, reference, rng):
    tied = net(reference, rng, "tied", 3)
    run(student, reference, tied | {"X": normal(rng, 4, 3), "y": normal(rng, 4, 3)})


def test_sizes(student, reference, rng):
    for rows, d, k, m in ((1, 3, 4, 2), (17, 1, 3, 1)):
        run(student, reference, mlp(reference, rng, rows, d, k, m))


def test_other_losses(student, reference, rng):
    run(student, reference, mlp(reference, rng, 5, m=3) | {"loss": "l1"})
    run(student, reference, mlp(reference, rng, 5, m=3) | {"y": labels(rng, 5, 3), "loss": "cross_entropy"})


def test_nothing_else_changed(student, reference, rng):
    # The model in eval mode and its parts in training mode: neither eval() nor train() leaves them so.
    seen = run(student, reference, mlp(reference, rng, 3) | {"training": False, "leftover": [1.0, None]})
    others = [name for name in seen["changed"] if name != ".grad"]
    if others:
        fail("changed", what=str(others[0])[:40])


def test_float32(student, reference, rng):
    run(student, reference, mlp(reference, rng, 4, k=1, dtype=torch.float32), CLOSE32)  # a 1 to squeeze


def test_unused_parameter(student, reference, rng):
    problem = net(reference, rng, "idle", 3, 4, 2) | {"X": normal(rng, 3, 3), "y": normal(rng, 3, 2)}
    outcome, seen = student.outcome_of("run", **problem)
    if outcome != "ok":
        fail("unused")
    assert_type(seen["grads"], dict, "grads")
    expected = reference.probe("run", **problem, watched=False)["grads"]
    if "idle" not in seen["grads"] or seen["grads"]["idle"] is None:
        fail("unused")
    assert_close(seen["grads"], expected, "grads", **CLOSE)


def test_vectorised(student, reference, rng):
    few, many = mlp(reference, rng, 3), mlp(reference, rng, 12)
    answers = [student.probe("operators", **problem) for problem in (few, many)]
    assert_close(answers[1]["grads"], reference.probe("run", **many, watched=False)["grads"], "grads", **CLOSE)
    counts = [answer["total"] for answer in answers]
    if counts[1] > 1.5 * counts[0]:
        fail("operators", few=counts[0], many=counts[1])
