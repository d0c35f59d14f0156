"""Hidden tests of build-graph. Every expected value and the wanted graph come from the reference."""

import torch

from exercises.harness.check import assert_close, fail

DTYPES = (torch.float64, torch.float32)


def draw(rng, dtype=torch.float64):
    return torch.randn((), generator=rng, dtype=torch.float64).to(dtype) * 3


def test_value(student, reference, rng):
    for dtype in DTYPES:
        for x in (draw(rng, dtype), draw(rng, dtype), torch.tensor(-1.0, dtype=dtype), torch.tensor(0.0, dtype=dtype)):
            assert_close(student.probe("value", x=x), reference.probe("value", x=x), "z")


def test_only_builds(student, reference, rng):
    for before in (None, draw(rng)):
        x = draw(rng)
        seen = student.probe("handed_in", x=x, before=before)
        expected = reference.probe("handed_in", x=x, before=before)
        # An untouched x alone earns nothing: z must be right as well.
        assert_close(seen["z"], expected["z"], "z")
        for key in ("x", "requires_grad", "is_leaf", "grad"):
            if not same(seen[key], expected[key]):
                fail("touched", what=key if key == "x" else f"x.{key}")


def test_gradient(student, reference, rng):
    for dtype in DTYPES:
        x = draw(rng, dtype)
        one, other, another = torch.ones((), dtype=dtype), draw(rng, dtype), draw(rng, dtype)
        for upstreams in ([one], [other, another]):
            seen = student.probe("gradients", x=x, upstreams=upstreams)
            expected = reference.probe("gradients", x=x, upstreams=upstreams)
            assert_close(seen, expected, "x.grad")
    xs = [draw(rng), draw(rng)]
    assert_close(student.probe("together", xs=xs), reference.probe("together", xs=xs), "two graphs")


def test_graph(student, reference, rng):
    for x in (draw(rng), draw(rng, torch.float32), torch.tensor(0.0, dtype=torch.float64)):
        compare_graphs(student.probe("graph", x=x), reference.probe("graph", x=x))


def compare_graphs(seen, wanted):
    """Only fixed sentences: the nodes' names are the submission's own and could carry anything."""
    if seen == wanted:
        return
    nodes, edges = seen["nodes"], seen["edges"]
    adds, muls = nodes.count("AddBackward0"), nodes.count("MulBackward0")
    if seen["type"] != "Tensor":
        fail("no-tensor", seen=seen["type"] if seen["type"] in ("float", "int", "tuple", "list", "NoneType") else "?")
    if not nodes:
        fail("no-graph", misconception="no-graph")
    if "PowBackward0" in nodes and len(nodes) == 3:
        fail("power", misconception="power")
    if (nodes, edges) == (wanted["nodes"], wanted["edges"]):
        fail("other-leaf", misconception="other-leaf")
    if nodes[0] == "MulBackward0" and (adds, muls, len(nodes)) == (2, 1, 4) and len(set(edges[0])) == 2:
        fail("not-shared", misconception="not-shared")
    if nodes == wanted["nodes"] and len(edges[0]) == 1:
        fail("one-edge", misconception="edge-cut")
    if nodes[0] != "MulBackward0":
        fail("top")
    if len(nodes) > len(wanted["nodes"]):
        fail("more-nodes")
    fail("other-nodes")


def same(seen, expected):
    if isinstance(seen, torch.Tensor) and isinstance(expected, torch.Tensor):
        return torch.equal(seen, expected)
    return type(seen) is type(expected) and seen == expected
