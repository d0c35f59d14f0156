# misconception: pollutes-grad
# fails: test_params_untouched
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    (g * v).sum().backward()
    return z.grad
