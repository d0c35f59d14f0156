# why: torch.add and torch.mul record the same nodes as the operators.
import torch


def build(x):
    y = torch.add(x, 1)
    return torch.mul(y, y)
