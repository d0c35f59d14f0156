# why: Nodes are numbered as they are made: the highest number first is a topological order.
import heapq
import itertools

_numbers = itertools.count()


class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad = data, 0.0
        self.inputs = inputs
        self.number = next(_numbers)

    def __add__(self, other):
        if isinstance(other, Value):
            return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
        return Value(self.data + other, ((self, 1.0),))

    def __mul__(self, other):
        if isinstance(other, Value):
            return Value(self.data * other.data, ((self, other.data), (other, self.data)))
        return Value(self.data * other, ((self, other),))

    __radd__, __rmul__ = __add__, __mul__

    def relu(self):
        return self if self.data > 0 else Value(0.0)

    def backward(self):
        waiting, arrived = [-self.number], {self.number: (self, 1.0)}
        while waiting:
            node, grad = arrived.pop(-heapq.heappop(waiting))
            if not node.inputs:
                node.grad += grad
            for source, local in node.inputs:
                if source.number not in arrived:
                    heapq.heappush(waiting, -source.number)
                    arrived[source.number] = (source, 0.0)
                arrived[source.number] = (source, arrived[source.number][1] + local * grad)
