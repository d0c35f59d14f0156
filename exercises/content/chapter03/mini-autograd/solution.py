"""Reverse-mode autograd on single numbers."""


class Value:
    """A number with its graph: `inputs` are pairs of (Value, local derivative)."""

    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    __radd__ = __add__
    __rmul__ = __mul__

    def relu(self):
        return Value(max(0.0, self.data), ((self, 1.0 if self.data > 0 else 0.0),))

    def topological_order(self):
        """Inputs before results, each node once; a stack in place of recursion, for long chains."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, inputs_done = stack.pop()
            if inputs_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in node.inputs)
        return order

    def backward(self):
        # This call's gradients are kept apart, so that an earlier call's are not handed on again.
        grads = {id(self): 1.0}
        for node in reversed(self.topological_order()):
            grad = grads[id(node)]
            node.grad += grad
            for source, local in node.inputs:
                grads[id(source)] = grads.get(id(source), 0.0) + local * grad
