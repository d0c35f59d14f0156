class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        # Also needed: the inputs that this value was computed from, and the local derivatives.

    def __add__(self, other):
        return Value(self.data + other.data)

    def __mul__(self, other):
        return Value(self.data * other.data)

    # 2 + a and 2 * a arrive in __radd__ and __rmul__.

    def relu(self):
        return Value(max(0, self.data))

    def backward(self):
        """Add the derivative of this result to the .grad of every leaf that it depends on."""
