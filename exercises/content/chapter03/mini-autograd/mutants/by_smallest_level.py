# misconception: wrong-order
# fails: test_square, test_diamond, test_relu, test_equal_values, test_from_any_result
class Value:
    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs
        self.level = 1 + min((source.level for source, _ in inputs), default=-1)

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
        below = [self]
        for node in below:
            for source, _ in node.inputs:
                if source not in below:
                    below.append(source)
        self.grad = 1.0
        for node in sorted(below, key=lambda node: -node.level):
            for source, local in node.inputs:
                source.grad += local * node.grad
