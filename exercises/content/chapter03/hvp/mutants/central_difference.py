# misconception: difference-quotient
# fails: test_exact, test_one_call
import torch


def gradient(f, x):
    z = x.detach().requires_grad_()
    return torch.autograd.grad(f(z), z)[0]


def hvp(f, x, v):
    x = x.detach()
    return (gradient(f, x + 1e-4 * v) - gradient(f, x - 1e-4 * v)) / 2e-4
