# misconception: exponential
# fails: test_paths
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

    def backward(self, grad=1.0):
        if not self.inputs:
            self.grad += grad
        for source, local in self.inputs:
            source.backward(local * grad)
