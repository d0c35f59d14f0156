"""What "Run" shows: the statement's example and its graph."""

import torch

from exercises.harness.check import assert_close, fail

WANTED = "MulBackward0 → [AddBackward0, the same AddBackward0]; AddBackward0 → [AccumulateGrad]"


def test_example(student):
    x = torch.tensor(2.0)
    assert_close(student.probe("value", x=x), torch.tensor(9.0), "z")
    assert_close(student.probe("gradients", x=x, upstreams=[torch.tensor(1.0)]), [torch.tensor(6.0)], "x.grad")


def test_graph(student, reference):
    x = torch.tensor(2.0)
    seen, wanted = student.probe("graph", x=x), reference.probe("graph", x=x)
    if seen["type"] != "Tensor":
        fail("no-tensor", seen=seen["type"])
    if not seen["nodes"]:
        fail("no-graph")
    if (seen["nodes"], seen["edges"]) != (wanted["nodes"], wanted["edges"]):
        fail("graph-differs", seen=spell(seen), wanted=WANTED)
    if not seen["ends_at_x"]:
        fail("other-leaf")


def spell(graph):
    """One part for each node that has edges: its name and those that it leads to."""
    names = [name.rpartition(":")[2] for name in graph["nodes"]]
    parts = []
    for name, edges in zip(names, graph["edges"], strict=True):
        if edges:
            targets = [names[to] if to not in edges[:at] else f"the same {names[to]}" for at, to in enumerate(edges)]
            parts.append(f"{name} → [{', '.join(targets)}]")
    return "; ".join(parts)
