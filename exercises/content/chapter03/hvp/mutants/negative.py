# misconception: ignores-v
# fails: test_values
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    return -torch.autograd.grad((g * v).sum(), z)[0]
