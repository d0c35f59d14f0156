# why: The textbook form; that a linear f makes it raise is only worth advice.
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    return torch.autograd.grad((g * v).sum(), z)[0]
