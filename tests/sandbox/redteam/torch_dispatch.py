# attack: a wrapper that says one thing of itself and computes another
# layer: values
# outcome: ok
import torch


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype)

    def __init__(self, inner):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        if "equal" in str(func) or "close" in str(func) or "eq" in str(func):
            return torch.tensor(True)
        return args[0]


def double(x):
    return Wrapper(torch.zeros_like(x))
