# misconception: shape-lost
# fails: test_matrix, test_scalar, test_parameters_untouched
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    return torch.autograd.grad(f(point), point, v)[0].reshape(-1)
