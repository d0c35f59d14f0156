# why: Keeps the gradients of one call in a dictionary and adds them to the leaves at the end; recursive.
class Value:
    def __init__(self, data, parents=None):
        self.data, self.grad, self.parents = data, 0.0, parents or []

    def __add__(self, other):
        if not isinstance(other, Value):
            return Value(self.data + other, [(self, 1)])
        return Value(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value(self.data * other, [(self, other)])
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __radd__(self, number):
        return self + number

    def __rmul__(self, number):
        return self * number

    def relu(self):
        return Value(self.data, [(self, 1)]) if self.data > 0 else Value(0.0, [(self, 0)])

    def backward(self):
        order = {}

        def walk(node):
            if id(node) in order:
                return
            order[id(node)] = None
            for parent, _ in node.parents:
                walk(parent)
            del order[id(node)]
            order[id(node)] = node

        walk(self)
        total = dict.fromkeys(order, 0.0)
        total[id(self)] = 1.0
        for key in reversed(list(order)):
            for parent, slope in order[key].parents:
                total[id(parent)] += slope * total[key]
        for key, node in order.items():
            node.grad = node.grad + total[key]
