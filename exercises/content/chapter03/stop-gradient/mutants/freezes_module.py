# misconception: touches-arguments
# fails: test_nothing_touched
from torch import nn


def consistency(f, x, noise):
    noisy = f(x + noise)
    if isinstance(f, nn.Module):
        f.requires_grad_(False)
    target = f(x).detach()
    return ((noisy - target) ** 2).mean()
