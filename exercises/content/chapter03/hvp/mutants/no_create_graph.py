# misconception: no-create-graph
# fails: test_values, test_shapes
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z)
    return torch.autograd.grad((g * v).sum(), z)[0]
