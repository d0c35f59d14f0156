# why: Carries the derivatives for all leaves along with the value; backward only delivers them.
class Value:
    def __init__(self, data, slopes=None):
        self.data = data
        self.grad = 0.0
        self.slopes = {self: 1.0} if slopes is None else slopes

    def _combine(self, other, data, by_self, by_other):
        slopes = {leaf: by_self * slope for leaf, slope in self.slopes.items()}
        for leaf, slope in other.slopes.items():
            slopes[leaf] = slopes.get(leaf, 0.0) + by_other * slope
        return Value(data, slopes)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other, {})
        return self._combine(other, self.data + other.data, 1.0, 1.0)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other, {})
        return self._combine(other, self.data * other.data, other.data, self.data)

    __radd__ = __add__
    __rmul__ = __mul__

    def relu(self):
        gate = 1.0 if self.data > 0 else 0.0
        return Value(self.data * gate, {leaf: gate * slope for leaf, slope in self.slopes.items()})

    def backward(self):
        for leaf, slope in self.slopes.items():
            leaf.grad += slope
