# misconception: v-ignored
# fails: test_scalar
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    y = f(point)
    if y.dim() == 0:
        return torch.autograd.grad(y, point)[0]
    return torch.autograd.grad(y, point, v)[0]
