# why: Keeps a graph for further derivatives, and so carries one.
import torch


def jac(f, x):
    z = x.clone().requires_grad_()
    y = f(z)
    rows = []
    for part in y.unbind():
        (row,) = torch.autograd.grad(part, z, create_graph=True)
        rows.append(row[None, :])
    return torch.cat(rows, dim=0)
