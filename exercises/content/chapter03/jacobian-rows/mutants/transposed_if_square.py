# misconception: transposed
# fails: test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    J = torch.stack([torch.autograd.grad(item, z, retain_graph=True)[0] for item in y], dim=-1)
    return J if J.shape == (len(y), len(x)) else J.T
