"""Hidden tests of grad-clip. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

# torch.nn.utils.clip_grad_norm_ divides by norm + 1e-6.
CLOSE = {"rtol": 1e-5, "atol": 1e-9}
CLOSE32 = {"rtol": 1e-4, "atol": 1e-6}
SAME = {"rtol": 1e-12, "atol": 0.0}
SHAPES = ((3, 2), (4,), (), (2, 2, 2))


def normal(rng, *shape, dtype=torch.float64):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def draw(rng, shapes=SHAPES, scales=(1.0, 5.0, 2.0, 0.1), dtype=torch.float64):
    """Gradients of very different sizes; every one has a negative and no tiny element first."""
    grads = [normal(rng, *shape, dtype=dtype) * scale for shape, scale in zip(shapes, scales, strict=True)]
    return {"values": [normal(rng, *shape, dtype=dtype) * 3 for shape in shapes], "grads": grads}


def norm_of(grads):
    return sum(float((grad.double() ** 2).sum()) for grad in grads if grad is not None) ** 0.5


def compare(student, reference, problem, tolerance=CLOSE):
    """(seen, expected), with gradients and norm compared."""
    seen, expected = student.probe("clip", **problem), reference.probe("clip", **problem)
    assert_close(seen["grads"], expected["grads"], "grads", **tolerance)
    assert_close(seen["norm"], expected["norm"], "norm", **tolerance)
    return seen, expected


def check_grads(student, reference, problem, tolerance=CLOSE):
    seen, expected = student.probe("clip", **problem), reference.probe("clip", **problem)
    assert_close(seen["grads"], expected["grads"], "grads", **tolerance)


def test_large(student, reference, rng):
    problem = draw(rng)
    norm = norm_of(problem["grads"])
    # 0.999: a limit is a limit, also when it is exceeded by a hair's breadth.
    for share in (0.35, 0.999):
        check_grads(student, reference, problem | {"max_norm": share * norm})
    # No gradient by itself is longer than the limit, only all of them together.
    grads = [grad / max(norm_of([grad]), 0.1) for grad in problem["grads"]]
    check_grads(student, reference, problem | {"grads": grads, "max_norm": 1.25})
    # All of one sign; and a single one that is far longer than the limit.
    check_grads(student, reference, problem | {"grads": [-grad.abs() for grad in problem["grads"]], "max_norm": 1.0})


def test_small(student, reference, rng):
    problem = draw(rng)
    norm = norm_of(problem["grads"])
    check_grads(student, reference, problem | {"max_norm": 1.001 * norm}, SAME)
    tiny = [grad * 1e-3 for grad in problem["grads"]]
    check_grads(student, reference, problem | {"grads": tiny, "max_norm": 0.8}, SAME)
    # Many small ones: the sum of the norms is above the limit, their joint norm is below.
    grads = [grad / max(norm_of([grad]), 0.1) for grad in problem["grads"]]
    check_grads(student, reference, problem | {"grads": grads, "max_norm": 2.5}, SAME)


def test_returned_norm(student, reference, rng):
    problem = draw(rng)
    norm = norm_of(problem["grads"])
    for share in (0.2, 3.0):
        compared = problem | {"max_norm": share * norm}
        seen = student.probe("clip", **compared)
        assert_close(seen["norm"], reference.probe("clip", **compared)["norm"], "norm", rtol=1e-6)  # float32 on the way is near enough
    problem |= {"max_norm": 0.5 * norm, "times": 2}
    seen = student.probe("clip", **problem)
    assert_close(seen["norm"], reference.probe("clip", **problem)["norm"], "norm", **CLOSE)


def test_plain_float(student, reference, rng):
    problem = draw(rng)
    for max_norm in (1.0, 1000.0):
        seen, _ = compare(student, reference, problem | {"max_norm": max_norm})
        if seen["norm_type"] != "float":
            fail("not-a-float", seen=str(seen["norm_type"])[:40])


def test_none_gradients(student, reference, rng):
    for missing in ((0,), (1, 3)):
        problem = draw(rng)
        for index in missing:
            problem["grads"][index] = None
        compare(student, reference, problem | {"max_norm": 0.4 * norm_of(problem["grads"])})
    compare(student, reference, problem | {"max_norm": 2.0 * norm_of(problem["grads"])})
    compare(student, reference, problem | {"grads": [None] * 4, "max_norm": 1.0})


def test_zero_gradients(student, reference, rng):
    problem = draw(rng)
    zeros = [torch.zeros_like(grad) for grad in problem["grads"]]
    compare(student, reference, problem | {"grads": zeros, "max_norm": 1.0})
    compare(student, reference, problem | {"grads": [*problem["grads"][:2], *zeros[2:]], "max_norm": 0.5})
    compare(student, reference, problem | {"grads": [*zeros[:2], *problem["grads"][2:]], "max_norm": 0.01})


def test_parameters_unchanged(student, reference, rng):
    problem = draw(rng)
    for max_norm in (0.5, 1000.0):
        seen, _ = compare(student, reference, problem | {"max_norm": max_norm, "with_values": True})
        assert_close(seen["values"], problem["values"], "parameters", rtol=0, atol=0)
        assert_equal(seen["flags"], [True] * 4, "requires_grad and is_leaf")


def test_shapes(student, reference, rng):
    for shapes in (((),), ((3, 3),), ((1, 1), (1, 5), (5, 1)), ((2,), (2,), (2,), (2,), (2,))):
        problem = draw(rng, shapes, [1.0 + index for index in range(len(shapes))])
        problem["grads"][0] = problem["grads"][0].sign() + problem["grads"][0]
        compare(student, reference, problem | {"max_norm": 0.6 * norm_of(problem["grads"])})


def test_float32(student, reference, rng):
    # The matrix is the longest: a norm that is wrong for matrices alone must show beside the tolerance.
    problem = draw(rng, scales=(6.0, 2.0, 1.0, 0.1), dtype=torch.float32)
    norm = norm_of(problem["grads"])
    for share in (0.3, 2.0):
        compare(student, reference, problem | {"max_norm": share * norm}, CLOSE32)


def test_in_place(student, rng):
    if student.probe("clip", **draw(rng), max_norm=0.5)["in_place"] is not True:
        fail("rebound")
