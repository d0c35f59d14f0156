# misconception: diagonal
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    J = x.new_zeros(len(y), len(x))
    for i in range(min(J.shape)):
        J[i, i] = torch.autograd.grad(y[i], z, retain_graph=True)[0][i]
    return J
