# misconception: rescaled
# fails: test_vector, test_matrix, test_scalar, test_x_untouched, test_parameters_untouched, test_one_backward
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    return torch.autograd.grad(f(point), point, v.abs())[0]
