# misconception: waits-for-all-users
# fails: test_from_any_result
class Value:
    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs
        self.waiting = 0
        for source in inputs:
            source.waiting += 1
        self.hand_on = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def hand_on():
            self.grad += out.grad
            other.grad += out.grad

        out.hand_on = hand_on
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def hand_on():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.hand_on = hand_on
        return out

    __radd__ = __add__
    __rmul__ = __mul__

    def relu(self):
        out = Value(max(0.0, self.data), (self,))

        def hand_on():
            self.grad += (self.data > 0) * out.grad

        out.hand_on = hand_on
        return out

    def backward(self):
        self.grad = 1.0
        ready = [self]
        while ready:
            node = ready.pop()
            node.hand_on()
            for source in node.inputs:
                source.waiting -= 1
                if source.waiting == 0:
                    ready.append(source)
