# misconception: loses-precision
# fails: test_values, test_float32
import torch


def hvp(f, x, v):
    z = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    (h,) = torch.autograd.grad((g * v).sum(), z)
    return h.float().to(x.dtype)
