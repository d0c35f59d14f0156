# misconception: assigns
# fails: test_square, test_double, test_relu, test_numbers, test_accumulates, test_from_any_result
class Value:
    def __init__(self, data, inputs=None):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs or {}

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, {self: 1.0, other: 1.0})

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, {self: other.data, other: self.data})

    __radd__ = __add__
    __rmul__ = __mul__

    def relu(self):
        return Value(max(0.0, self.data), {self: float(self.data > 0)})

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for source in node.inputs:
                    visit(source)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for source, local in node.inputs.items():
                source.grad += local * node.grad
