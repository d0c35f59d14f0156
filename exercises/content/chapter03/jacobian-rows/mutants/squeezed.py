# misconception: dimension-lost
# fails: test_single
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    return torch.stack([torch.autograd.grad(item, z, retain_graph=True)[0] for item in y]).squeeze()
