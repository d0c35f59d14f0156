# misconception: full-hessian
# fails: test_no_hessian
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    total = torch.zeros_like(x)
    for gi, vi in zip(g.reshape(-1), v.reshape(-1)):
        total = total + vi * torch.autograd.grad(gi, z, retain_graph=True)[0]
    return total.detach()
