# misconception: two-calls
# fails: test_one_call
import torch


def hvp(f, x, v):
    if f(x).dim() != 0:
        raise ValueError("f must return a scalar")
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    return torch.autograd.grad((g * v).sum(), z)[0]
