# attack: a tensor subclass that says it equals everything
# layer: values
# outcome: ok
import torch


class Liar(torch.Tensor):
    def __eq__(self, other):
        return torch.tensor(True)

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (torch.allclose, torch.equal, torch.isclose):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})


def double(x):
    return torch.zeros_like(x).as_subclass(Liar)
