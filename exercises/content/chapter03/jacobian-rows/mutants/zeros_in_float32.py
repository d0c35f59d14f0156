# misconception: dtype
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    J = torch.zeros(len(y), len(x))
    for i in range(len(y)):
        J[i] = torch.autograd.grad(y[i], z, retain_graph=True)[0]
    return J
