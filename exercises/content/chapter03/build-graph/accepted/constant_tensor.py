# why: A constant as a tensor that requires no grad has no node.
import torch


def build(x):
    one = torch.ones_like(x)
    y = one + x
    return y.multiply(y)
