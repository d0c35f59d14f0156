# attack: an object that pretends to be a tensor by __class__
# layer: values
# outcome: ok
import torch


class Pretender:
    __class__ = torch.Tensor
    dtype, layout, shape = torch.float64, torch.strided, torch.Size([5])

    def __getattr__(self, name):
        return lambda *a, **k: self

    def __eq__(self, other):
        return True


def double(x):
    return Pretender()
