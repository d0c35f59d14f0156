# why: One Add node whose second operand is scaled.
import torch


def build(x):
    y = torch.add(x, 0.5, alpha=2)
    y.retain_grad()
    return y * y
