# misconception: shape-lost
# fails: test_scalar, test_calls, test_x_untouched, test_element
import itertools

import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for where in itertools.product(*map(range, list(x.shape) or [0])):
        plus, minus = x.clone(), x.clone()
        plus[where] += eps
        minus[where] -= eps
        grad[where] = (f(plus) - f(minus)) / (2 * eps)
    return grad
