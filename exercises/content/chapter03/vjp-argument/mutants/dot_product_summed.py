# misconception: vectors-only
# fails: test_matrix, test_parameters_untouched
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    y = f(point)
    total = v * y if y.dim() == 0 else v.t() @ y if y.dim() == 2 else (v * y)
    return torch.autograd.grad(total.sum(), point)[0]
