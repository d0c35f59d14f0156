# misconception: graph-freed
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    return torch.stack([torch.autograd.grad(y[i], z)[0] for i in range(len(y))])
