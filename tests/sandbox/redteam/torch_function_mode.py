# attack: a mode, entered and never left, that answers every comparison with yes
# layer: checker
# outcome: ok
import torch
from torch.overrides import TorchFunctionMode


class Yes(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in ("equal", "allclose", "isclose", "eq", "__eq__", "all"):
            return True
        return func(*args, **(kwargs or {}))


Yes().__enter__()


def double(x):
    return x
