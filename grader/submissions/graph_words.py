"""A computation graph in words: each node's label, the list that says the same as the drawing, and what cut it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from exercises.results import showable
from exercises.traced import Graph, Node
from grader.submissions.traces import show_shape

MOST_CHARACTERS = 80  # of a name or a label in a sentence


@dataclass(frozen=True)
class InputView:
    """A node that goes into another, by its number in the list."""

    number: int
    label: str
    severed: bool


@dataclass(frozen=True)
class NodeView:
    """One line of the list. `details`: what is known of it, in the reader's language."""

    number: int
    label: str
    details: list[str]
    inputs: list[InputView]
    is_root: bool


@dataclass(frozen=True)
class CutView:
    """What stopped the gradient. `code`: as the program says it; `before`: what therefore gets none."""

    code: str
    text: str
    line: int | None
    before: list[str]


def edges(graph: Graph) -> list[list[tuple[int, bool]]]:
    """Of each node, which go into it and whether that edge is severed; edges that lead nowhere are dropped."""
    return [
        [(edge.source, edge.severed) for edge in node.inputs if 0 <= edge.source < index]
        for index, node in enumerate(graph.nodes)
    ]


def plain_name(text: str) -> str:
    text = " ".join(showable(text).split())
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def cut_code(node: Node) -> str:
    """What cut the graph, as it is written in a program."""
    codes = {"detach": ".detach()", "no_grad": "torch.no_grad()", "no grad_fn": "grad_fn = None"}
    return codes.get(node.label) or plain_name(node.label)


def node_label(node: Node) -> str:
    if node.kind == "leaf":
        return plain_name(node.name) or gettext("unnamed tensor")
    return cut_code(node) if node.kind == "cut" else plain_name(node.label)


def line_text(line: int) -> str:
    return gettext("line %(number)s") % {"number": line}


def node_details(node: Node) -> list[str]:
    """Name, shape, state and line, in this order."""
    details = [plain_name(node.name)] if node.name and node.kind != "leaf" else []
    details.append(node_state(node))
    if node.shape or node.kind == "leaf":
        details.append(gettext("shape %(shape)s") % {"shape": show_shape(node.shape) or "()"})
    if node.line is not None:
        details.append(line_text(node.line))
    return [detail for detail in details if detail]


def node_state(node: Node) -> str:
    """What the node is and what backward has done to it; nothing for a Function that is as it was."""
    if node.kind == "leaf":
        return gettext("leaf, .grad filled") if node.accumulated else gettext("leaf, no .grad")
    if node.kind == "cut":
        return gettext("the gradient stops here")
    return gettext("freed") if node.freed else ""


def list_nodes(graph: Graph) -> list[NodeView]:
    """From the root back to the inputs, as backward goes."""
    count = len(graph.nodes)
    shown = []
    for index, sources in reversed(list(enumerate(edges(graph)))):
        inputs = [InputView(count - source, node_label(graph.nodes[source]), severed) for source, severed in sources]
        node = graph.nodes[index]
        shown.append(NodeView(count - index, node_label(node), node_details(node), inputs, index == graph.root))
    return shown


def explain_cuts(graph: Graph) -> list[CutView]:
    """Every place where the gradient stops, each once."""
    cuts: dict[tuple[str, int | None], CutView] = {}
    for index, node in enumerate(graph.nodes):
        if node.kind == "cut":
            before = leaves_only_behind(graph, index)
            known = cuts.get((node.label, node.line))
            before = [*(known.before if known else []), *before]
            view = CutView(cut_code(node), cut_text(node.label), node.line, list(dict.fromkeys(before)))
            cuts[node.label, node.line] = view
    return list(cuts.values())


def cut_text(label: str) -> str:
    texts = {
        "detach": gettext("It gives the same values without their history, so backward cannot go past it."),
        "no_grad": gettext(
            "What was computed under it was not recorded: the values are there, and no way back leads through them."
        ),
        ".item()": gettext("It gives a plain Python number, and a number has no graph: backward cannot go past it."),
        "no grad_fn": gettext("The tensor on which backward was called has no graph behind it: there is no way back."),
        ".data": gettext("It gives the values without their history, behind autograd's back."),
    }
    texts |= dict.fromkeys(
        (".tolist()", ".numpy()"),
        gettext("It gives plain numbers, and those have no graph: backward cannot go past it."),
    )
    return texts.get(label) or gettext("The values go on, and their history does not.")


def leaves_only_behind(graph: Graph, cut: int) -> list[str]:
    """Names of the leaves that lead to this cut and to which no gradient finds another way."""
    ways = edges(graph)
    behind, reached = _sources([cut], ways, True), _sources([graph.root], ways, False)
    return [
        node_label(node) for index, node in enumerate(graph.nodes)
        if index in behind and index not in reached and node.kind == "leaf"
    ]  # fmt: skip


def _sources(start: list[int], ways: list[list[tuple[int, bool]]], also_severed: bool) -> set[int]:
    """Everything that leads there, and where it starts."""
    seen: set[int] = set()
    open_nodes = [index for index in start if 0 <= index < len(ways)]
    while open_nodes:
        index = open_nodes.pop()
        if index not in seen:
            seen.add(index)
            open_nodes += [source for source, severed in ways[index] if also_severed or not severed]
    return seen
