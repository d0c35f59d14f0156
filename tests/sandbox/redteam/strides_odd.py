# attack: right numbers behind odd strides, offsets, conjugate and negative bits
# layer: values
# outcome: ok
# score: 2
import torch


def double(x):
    wide = torch.full((*x.shape, 7), float("nan"), dtype=x.dtype)
    wide[..., 3] = x * -2
    return torch.complex(torch.zeros_like(x), wide[..., 3]).conj().imag
