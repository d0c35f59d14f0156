# attack: subclasses of float, str, list and dict that say they equal everything
# layer: values
# outcome: ok, protocol_violation
class Float(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0

    __hash__ = float.__hash__


class Text(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Items(dict):
    def items(self):
        return [("shape", Text("x")), ("shape", 2)]


class Row(list):
    def __iter__(self):
        return iter([Float(1), Text("y"), Items(a=1)])


def double(x):
    return Row([Float(3)]) if x.dim() == 1 else Items(a=Float(1))
