# misconception: ignores-v
# fails: test_values
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    return torch.autograd.grad((g * v / v.norm().clamp_min(1e-12)).sum(), z)[0]
