"""Hidden tests of custom-mul-unbroadcast. Every expected value comes from the reference."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail, kind_of, shape

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
FLOAT32 = {"rtol": 1e-5, "atol": 1e-5}

# Missing dimensions, dimensions of size 1, both at once, in either input and in both; square ones, too.
SHAPES = [
    ((2, 3), (3,)),
    ((3,), (3, 3)),
    ((3, 1), (4,)),
    ((4, 1), (1, 4)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((1,), ()),
    ((2, 1, 3), (4, 1)),
    ((3, 1), (2, 3, 3)),
    ((3, 3, 3), (1, 3, 1)),
    ((1, 1), (3, 1, 2)),
    ((2, 3, 4), (2, 1, 1)),
    ((4,), (3, 1)),
    ((3, 2), (2, 1, 1)),
]


def normal(rng, *size, dtype=torch.float64):
    return torch.randn(size, generator=rng, dtype=torch.float64).to(dtype)


def draw(rng, left, right, dtype=torch.float64):
    return {
        "a": normal(rng, *left, dtype=dtype),
        "b": normal(rng, *right, dtype=dtype),
        "upstream": normal(rng, *torch.broadcast_shapes(left, right), dtype=dtype) * 2 + 1,
    }


def compare(student, reference, name, tolerance=CLOSE, **problem):
    seen = student.probe(name, **problem)
    expected = reference.probe(name, **problem)
    for key, value in expected.items():
        assert_close(seen[key] if isinstance(seen, dict) else seen, value, f"{key}", **tolerance)


def compare_engine(student, reference, cases, tolerance=CLOSE):
    """All cases in one call: what they have in common tells one mistake from another."""
    answers = student.probe("backward_all", cases=cases)
    for seen, expected in zip(answers, reference.probe("backward_all", cases=cases), strict=True):
        assert_close(seen["y"], expected["y"], "y", **tolerance)
        assert_close(seen["a"], expected["a"], "a.grad", **tolerance)
        assert_close(seen["b"], expected["b"], "b.grad", **tolerance)


def test_same_shapes(student, reference, rng):
    cases = [draw(rng, size, size) for size in ((3, 3), (2, 3, 4), (1,), ())]
    cases[0]["upstream"][0] = 0
    cases[0]["a"][:, 0] = 0
    compare_engine(student, reference, cases)


def test_broadcast(student, reference, rng):
    compare_engine(student, reference, [draw(rng, left, right) for left, right in SHAPES])


def test_own_function(student, reference, rng):
    problem = {"a": normal(rng, 3, 1), "b": normal(rng, 2)}
    seen = student.probe("function", **problem)
    expected = reference.probe("function", **problem)
    if seen["is_function"] is not True or seen["grad_fn"] != expected["grad_fn"] or not seen["is_fed_by_a_and_b"]:
        fail("no-function", seen=str(seen["grad_fn"])[:60], inputs=", ".join(map(str, seen["inputs"]))[:120] or "–")
    assert_close(seen["y"], expected["y"], "y", **CLOSE)
    assert_close(seen["a"], expected["a"], "a.grad", **CLOSE)
    assert_close(seen["b"], expected["b"], "b.grad", **CLOSE)


def test_gradient_shapes(student, reference, rng):
    cases = [draw(rng, left, right) for left, right in [*SHAPES, ((3, 2), (3, 2))]]
    answers = student.probe("direct_all", cases=cases)
    for seen, expected in zip(answers, reference.probe("direct_all", cases=cases), strict=True):
        # The engine drops further gradients that are None; so do we.
        if not isinstance(seen, list | tuple) or len(seen) < 2 or any(item is not None for item in seen[2:]):
            fail("not-a-pair", seen=kind_of(seen))
        for which, mine, right_one in zip("ab", seen, expected, strict=False):
            if not isinstance(mine, torch.Tensor):
                fail("gradient-missing", which=which, seen=kind_of(mine))
            if mine.shape != right_one.shape:
                fail("gradient-shape", which=which, seen=shape(mine), expected=shape(right_one))
            assert_close(mine, right_one, f"the gradient for {which}", **CLOSE)


def test_second_order(student, reference, rng):
    for left, right in [((3, 3), (3, 3)), ((3, 1), (4,)), ((2,), (3, 2)), ((), (3,))]:
        problem = draw(rng, left, right)
        compare(student, reference, "second", **problem, along_a=normal(rng, *left), along_b=normal(rng, *right))


def test_constant_operand(student, reference, rng):
    for left, right in [((3, 2), (3, 2)), ((3,), (2, 3)), ((2, 1), (1, 2))]:
        problem = draw(rng, left, right)
        seen = student.probe("constant", **problem)
        expected = reference.probe("constant", **problem)
        for key in ("neither", "unrecorded"):
            assert_close(seen[key], expected[key], "y", **CLOSE)
        assert_equal(seen["flags"], [False, False], "y.requires_grad")
        assert_close(seen["a"], expected["a"], "a.grad", **CLOSE)
        assert_close(seen["b"], expected["b"], "b.grad", **CLOSE)


def test_same_tensor(student, reference, rng):
    compare(student, reference, "itself", a=normal(rng, 3, 3), upstream=normal(rng, 3, 3))


def test_handed_in(student, reference, rng):
    problem = draw(rng, (4, 3), (4, 3)) | {"other": normal(rng, 4, 3)}
    compare(student, reference, "handed_in", **problem)
    problem = draw(rng, (2, 1), (2,)) | {"other": normal(rng, 2, 2)}
    compare(student, reference, "handed_in", **problem)


def test_two_calls(student, reference, rng):
    a, b, c, d = (normal(rng, *size) for size in ((3, 1), (2,), (3, 2), (3, 1)))
    compare(student, reference, "two_calls", a=a, b=b, c=c, d=d, upstream=normal(rng, 3, 2))


def test_float32(student, reference, rng):
    shapes = (((3, 2), (3, 2)), ((2,), (3, 2)), ((3, 1), ()))
    compare_engine(student, reference, [draw(rng, *pair, torch.float32) for pair in shapes], FLOAT32)
    compare_engine(student, reference, [draw(rng, *pair) for pair in shapes])


def test_skips_unneeded(student, rng):
    both, only_a, only_b = student.probe("effort", **draw(rng, (3, 1), (1, 3)))
    if not (only_a < both and only_b < both):
        fail("computes-unneeded")
