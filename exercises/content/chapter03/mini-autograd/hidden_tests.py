"""Hidden tests of mini-autograd. Every expected value comes from the reference, but for one."""

import torch

from exercises.harness.check import assert_close, assert_equal, fail

CLOSE = {"rtol": 1e-9, "atol": 1e-9}
BUDGET = 60_000  # lines of Python; a walk that visits each node once takes a few thousand


def draw(rng, count=1, low=0.5, high=3.0):
    """Numbers away from 0, of either sign."""
    sizes = low + (high - low) * torch.rand(count, generator=rng, dtype=torch.float64)
    signs = torch.randint(0, 2, (count,), generator=rng) * 2 - 1
    return [round(float(size * sign), 3) for size, sign in zip(sizes, signs, strict=True)]


def leaves(numbers):
    return [["leaf", number] for number in numbers]


def compare(student, reference, *cases):
    """Each case is (steps, backward). All in one call: what they have in common tells one mistake from another."""
    cases = [{"steps": steps, "backward": backward} for steps, backward in cases]
    answers = student.probe("run_all", cases=cases)
    for seen, expected in zip(answers, reference.probe("run_all", cases=cases), strict=True):
        assert_close(seen["data"], expected["data"], "data", **CLOSE)
        assert_close(seen["grads"], expected["grads"], "leaf gradients after each backward", **CLOSE)
        assert_close(seen["data_afterwards"], expected["data_afterwards"], "data after backward", **CLOSE)


def test_forward(student, reference, rng):
    a, b, c = draw(rng, 3)
    steps = [*leaves([a, b, c, 4]), ["add", 0, 1], ["mul", 4, 2], ["mul", 3, 5], ["relu", 6], ["relu", 5]]
    problem = {"steps": [*steps, ["mul", 6, 6], ["relu", 9]], "backward": []}
    seen = student.probe("run", **problem)
    expected = reference.probe("run", **problem)
    assert_close(seen["data"], expected["data"], "data", **CLOSE)
    assert_close(seen["at_first"], expected["at_first"], "grad at first", rtol=0, atol=0)


def test_tree(student, reference, rng):
    a, b, c, d, e = draw(rng, 5)
    steps = [*leaves([a, b, c, d, e]), ["mul", 0, 1], ["add", 5, 2], ["mul", 3, 6], ["add", 4, 7], ["mul", 8, 1]]
    compare(
        student,
        reference,
        (leaves([a, b]) + [["add", 0, 1]], [2]),
        (leaves([a, b]) + [["mul", 0, 1]], [2]),
        (steps[:-1], [8]),
    )


def test_square(student, reference, rng):
    a, b, c = draw(rng, 3)
    compare(
        student,
        reference,
        (leaves([a]) + [["mul", 0, 0]], [1]),
        (leaves([a, b]) + [["add", 0, 1], ["mul", 2, 2]], [3]),
        (leaves([a, c]) + [["mul", 0, 0], ["mul", 2, 2], ["mul", 3, 1]], [4]),
    )


def test_double(student, reference, rng):
    a, b = draw(rng, 2)
    compare(
        student,
        reference,
        (leaves([a]) + [["add", 0, 0]], [1]),
        (leaves([a, b]) + [["mul", 0, 1], ["add", 2, 2], ["add", 3, 3]], [4]),
    )


def test_diamond(student, reference, rng):
    """Nodes that are used by an early and by a late one, in both orders of the operands."""
    a, b, c = draw(rng, 3)
    sides = [*leaves([a, b]), ["mul", 0, 1], ["add", 2, 0], ["mul", 2, 1]]
    ladder = [*leaves([a, b]), ["mul", 0, 1], ["add", 2, 1], ["mul", 3, 2], ["add", 4, 3], ["mul", 5, 4], ["add", 6, 2]]
    detour = [*leaves([a, b, c]), ["mul", 0, 1], ["mul", 3, 2], ["mul", 4, 2]]
    deep = [*leaves([a, b]), ["mul", 0, 1], ["mul", 2, 1], ["add", 3, 0], ["mul", 4, 2], ["add", 2, 5], ["mul", 6, 3]]
    compare(
        student,
        reference,
        ([*sides, ["mul", 3, 4]], [5]),
        ([*sides, ["add", 4, 3]], [5]),
        (ladder, [7]),
        ([*detour, ["add", 3, 5]], [6]),
        ([*detour, ["add", 5, 3]], [6]),
        (deep, [7]),
    )


def test_relu(student, reference, rng):
    a, b = draw(rng, 2)
    size = abs(a)
    at_zero = [*leaves([a, b, -a]), ["add", 0, 2], ["relu", 3], ["mul", 4, 1], ["mul", 0, 1], ["add", 5, 6]]
    compare(
        student,
        reference,
        (leaves([size, b]) + [["relu", 0], ["mul", 2, 1]], [3]),
        (leaves([-size, b]) + [["relu", 0], ["add", 2, 0], ["mul", 3, 1]], [4]),
        (at_zero, [7]),
        (leaves([0.0, b]) + [["relu", 0], ["add", 2, 1]], [3]),
        (leaves([size, size + 1]) + [["mul", 0, 1], ["relu", 2], ["relu", 3], ["mul", 4, 2]], [5]),
        (leaves([-size, b]) + [["mul", 0, 0], ["relu", 2], ["mul", 3, 0]], [4]),
    )


def test_numbers(student, reference, rng):
    a, b, c = draw(rng, 3)
    compare(
        student,
        reference,
        (leaves([a]) + [["add_number", 0, b], ["mul", 1, 1]], [2]),
        (leaves([a]) + [["number_add", b, 0], ["mul", 1, 1]], [2]),
        (leaves([a]) + [["mul_number", 0, b], ["mul", 1, 0]], [2]),
        (leaves([a]) + [["number_mul", b, 0], ["mul", 1, 0]], [2]),
        (leaves([a, c]) + [["number_mul", 3, 0], ["number_add", 2, 2], ["mul", 3, 1], ["add_number", 4, -7]], [5]),
    )
    numbers = draw(rng, 4)
    assert_close(student.probe("summed", numbers=numbers), reference.probe("summed", numbers=numbers), "sum", **CLOSE)


def test_equal_values(student, reference, rng):
    (a,) = draw(rng, 1)
    compare(
        student,
        reference,
        (leaves([a, a]) + [["mul", 0, 1], ["add", 2, 0]], [3]),
        (leaves([a, a, a]) + [["add", 0, 1], ["add", 1, 2], ["mul", 3, 4], ["mul", 5, 2]], [6]),
        (leaves([1, 1.0, a]) + [["mul", 0, 2], ["mul", 1, 2], ["add", 3, 4], ["mul", 5, 3]], [6]),
    )


def test_accumulates(student, reference, rng):
    a, b, c = draw(rng, 3)
    problem = {"first": abs(a), "second": abs(b), "number": abs(c)}
    seen = student.probe("late", **problem)
    assert_close(seen, reference.probe("late", **problem), "leaf gradients", **CLOSE)
    several = [
        *leaves([a, b]),
        ["mul", 0, 1],
        ["add", 2, 0],
        ["mul", 0, 0],
        ["number_mul", 3.0, 1],
        ["add", 4, 5],
        ["add", 1, 1],
    ]
    compare(student, reference, (several, [3, 6, 7]), (leaves([a]) + [["mul", 0, 0], ["add", 0, 0]], [2, 1]))


def test_from_any_result(student, reference, rng):
    """The results that are not asked are built on the one that is, or beside it."""
    a, b, c = draw(rng, 3)
    steps = [*leaves([a, b, c]), ["mul", 0, 1], ["mul", 3, 3], ["add", 4, 0], ["mul", 5, 2], ["add", 3, 6]]
    compare(student, reference, (steps, [3]), (steps, [5]), (steps, [6]), (steps, [7]))


def random_graph(rng, count):
    """Some leaves (two of them equal, one 0), then operations on nodes made before; values stay small."""
    numbers = draw(rng, 3, 0.25, 1.25)
    steps = [*leaves([*numbers, numbers[0], 0.0])]
    while len(steps) < count:
        i, j = (int(torch.randint(max(0, len(steps) - 6), len(steps), (1,), generator=rng)) for _ in range(2))
        number = draw(rng, 1, 0.25, 1.25)[0]
        choices = [
            ["add", i, j],
            ["mul", i, j],
            ["mul", j, i],
            ["relu", i],
            ["add_number", i, number],
            ["number_mul", number, i],
        ]
        steps.append(choices[int(torch.randint(len(choices), (1,), generator=rng))])
    last = len(steps) - 1
    for index in range(5, last, 3):
        steps.append(["add", len(steps) - 1, index])
    return steps


def test_random_graphs(student, reference, rng):
    graphs = [random_graph(rng, count) for count in (10, 14, 18, 22)]
    compare(student, reference, *((steps, [len(steps) - 1]) for steps in graphs))


def test_paths(student, reference, rng):
    (start,) = draw(rng, 1)
    for halve in (False, True):
        problem = {"start": start, "levels": 18, "halve": halve, "budget": BUDGET}
        seen = student.probe("doublings", **problem)
        if seen["over"] is not False:
            fail("too-many-steps", misconception="exponential", levels=18, steps=BUDGET)
        assert_close(seen["grad"], reference.probe("doublings", **problem)["grad"], "gradient", **CLOSE)


def test_shared_results(student, reference, rng):
    a, b = draw(rng, 2)
    seen = student.probe("shared", first=a, second=b)
    assert_close(seen, reference.probe("shared", first=a, second=b), "leaf gradients", **CLOSE)


def test_long_chain(student):
    outcome, seen = student.outcome_of("chain", start=1.5, length=3000)
    if outcome != "ok":
        fail("chain-raises", length=3000, error=seen)
    assert_equal(seen, 3.0, "gradient")  # of 3 (x + 3000); building it a second time would cost as much as ten tests
