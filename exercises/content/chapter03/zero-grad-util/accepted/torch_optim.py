# why: torch.optim offers the very same thing.
import torch


def zero_grad(params, set_to_none=True):
    torch.optim.SGD(params, lr=1.0).zero_grad(set_to_none=set_to_none)
