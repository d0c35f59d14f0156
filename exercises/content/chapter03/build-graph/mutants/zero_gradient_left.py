# misconception: touches-gradient
# fails: test_only_builds
import torch


def build(x):
    x.grad = torch.zeros_like(x)
    y = x + 1
    return y * y
