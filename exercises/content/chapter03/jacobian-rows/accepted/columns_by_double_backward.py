# why: The pull-back is linear in v; its own gradient along eⱼ is column j.
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    v = torch.zeros_like(y, requires_grad=True)
    (pulled,) = torch.autograd.grad(y, z, v, create_graph=True)
    columns = [torch.autograd.grad(item, v, retain_graph=True)[0] for item in pulled]
    return torch.stack(columns).T
