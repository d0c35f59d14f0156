# misconception: touches-arguments
# fails: test_nothing_touched
from torch import nn


def consistency(f, x, noise):
    for tensor in (x, *(f.parameters() if isinstance(f, nn.Module) else ())):
        tensor.grad = None
    target = f(x).detach()
    return ((f(x + noise) - target) ** 2).mean()
