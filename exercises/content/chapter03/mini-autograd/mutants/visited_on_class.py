# misconception: remembers-visits
# fails: test_accumulates
from collections import defaultdict


class Value:
    seen = set()

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
        return Value(max(0.0, self.data), ((self, float(self.data > 0)),))

    def backward(self):
        order = []

        def visit(node):
            if node not in Value.seen:
                Value.seen.add(node)
                for source, _ in node.inputs:
                    visit(source)
                order.append(node)

        visit(self)
        grads = defaultdict(float, {self: 1.0})
        for node in reversed(order):
            for source, local in node.inputs:
                grads[source] += local * grads[node]
        for node in order:
            if not node.inputs:
                node.grad += grads[node]
