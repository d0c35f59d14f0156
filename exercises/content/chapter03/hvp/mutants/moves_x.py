# misconception: changes-x
# fails: test_x_untouched
import torch


def gradient(f, x):
    z = x.detach().requires_grad_()
    return torch.autograd.grad(f(z), z)[0]


def hvp(f, x, v):
    z = x.detach()
    z += 1e-5 * v
    up = gradient(f, z)
    z -= 2e-5 * v
    return (up - gradient(f, z)) / 2e-5
