# why: A tape of all operations, with the intermediate gradients cleared at the beginning of each call.
_tape = []


class Value:
    def __init__(self, data, *edges):
        self.data = data
        self.grad = 0.0
        self.edges = edges
        if edges:
            _tape.append(self)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __radd__(self, other):
        return self.__add__(other)

    def __rmul__(self, other):
        return self.__mul__(other)

    def relu(self):
        return Value(max(self.data, 0), (self, int(self.data > 0)))

    def backward(self):
        for node in _tape:
            node.grad = 0.0
        self.grad = 1.0
        for node in _tape[::-1]:
            for source, slope in node.edges:
                source.grad += slope * node.grad
