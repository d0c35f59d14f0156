# why: Kahn's algorithm: a node is ready when all its uses below this result have contributed.
from collections import Counter


class Value:
    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs

    @staticmethod
    def of(thing):
        return thing if type(thing) is Value else Value(thing)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __radd__(self, other):
        return Value.of(other) + self

    def __rmul__(self, other):
        return Value.of(other) * self

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return Value(self.data * slope, ((self, slope),))

    def backward(self):
        uses, found, todo = Counter(), {self}, [self]
        while todo:
            for source, _ in todo.pop().inputs:
                uses[source] += 1
                if source not in found:
                    found.add(source)
                    todo.append(source)
        grads, ready = Counter({self: 1.0}), [self]
        while ready:
            node = ready.pop()
            if not node.inputs:
                node.grad += grads[node]
            for source, local in node.inputs:
                grads[source] += local * grads[node]
                uses[source] -= 1
                if not uses[source]:
                    ready.append(source)
