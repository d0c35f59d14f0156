"""Builds expressions with Value, step by step, and reads .data and .grad."""

import sys

import submission


def run(steps, backward):
    """Build the graph, then call backward on the nodes with these numbers, in order.

    A step makes one node: ["leaf", number], ["add", i, j], ["mul", i, j], ["relu", i] with numbers of nodes, or
    ["add_number", i, number], ["number_add", number, i], ["mul_number", i, number], ["number_mul", number, i].
    """
    nodes = []
    for step in steps:
        nodes.append(_make(nodes, *step))
    leaves = [node for node, step in zip(nodes, steps, strict=True) if step[0] == "leaf"]
    at_first = [float(leaf.grad) for leaf in leaves]
    before = [float(node.data) for node in nodes]
    grads = []
    for index in backward:
        nodes[index].backward()
        grads.append([float(leaf.grad) for leaf in leaves])
    return {
        "at_first": at_first,
        "data": before,
        "data_afterwards": [float(node.data) for node in nodes],
        "grads": grads,
    }


def run_all(cases):
    return [run(**case) for case in cases]


def late(first, second, number):
    """Build and go backward, then build more on the same leaves and go backward again."""
    a, b = submission.Value(first), submission.Value(second)
    (a * b + a).backward()
    once = [float(a.grad), float(b.grad)]
    (b * number + a * a).relu().backward()
    return {"once": once, "twice": [float(a.grad), float(b.grad)]}


def summed(numbers):
    """sum() begins with the number 0."""
    leaves = [submission.Value(number) for number in numbers]
    total = sum(leaf * leaf for leaf in leaves)
    total.backward()
    return {"data": float(total.data), "grads": [float(leaf.grad) for leaf in leaves]}


def doublings(start, levels, halve, budget):
    """2^levels paths from one leaf; stops after `budget` traced lines and calls."""
    over = False
    try:
        with _Budget(budget):
            leaf = submission.Value(start)
            node = leaf
            for _ in range(levels):
                node = node * 0.5 + node * 0.5 if halve else node + node
            node.backward()
    except _TooMuch:
        over = True
    return {"over": over, "grad": None if over else float(leaf.grad)}


def shared(first, second):
    """Two results of one intermediate result."""
    a, b = submission.Value(first), submission.Value(second)
    middle = a * b
    left, right = middle * 2 + a, middle * 3
    left.backward()
    right.backward()
    return [float(a.grad), float(b.grad)]


def chain(start, length):
    leaf = submission.Value(start)
    node = leaf
    for _ in range(length):
        node = node + 1
    (node * 3).backward()
    return float(leaf.grad)


class _TooMuch(BaseException):
    """No Exception, so that no handler of the student's swallows it."""


class _Budget:
    """Stops whoever runs more lines of Python than this: a count, since the time depends on the machine."""

    def __init__(self, lines):
        self.left = lines

    def __enter__(self):
        self.outer = sys.gettrace()
        sys.settrace(self.trace)

    def __exit__(self, *error):
        sys.settrace(self.outer)

    def trace(self, frame, event, argument):
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        return self.trace


def _make(nodes, kind, *given):
    if kind == "leaf":
        return submission.Value(given[0])
    if kind == "relu":
        return nodes[given[0]].relu()
    if kind == "add":
        return nodes[given[0]] + nodes[given[1]]
    if kind == "mul":
        return nodes[given[0]] * nodes[given[1]]
    if kind == "add_number":
        return nodes[given[0]] + given[1]
    if kind == "number_add":
        return given[0] + nodes[given[1]]
    if kind == "mul_number":
        return nodes[given[0]] * given[1]
    return given[0] * nodes[given[1]]
