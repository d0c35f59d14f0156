# misconception: x-changed
# fails: test_x_requires_grad
import torch


def jac(f, x):
    z = x if x.is_leaf else x.detach()
    z.requires_grad_(True)
    y = f(z)
    J = torch.stack([torch.autograd.grad(item, z, retain_graph=True)[0] for item in y])
    z.requires_grad_(False)
    return J
