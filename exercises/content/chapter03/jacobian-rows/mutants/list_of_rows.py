# misconception: no-tensor
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    return [torch.autograd.grad(item, z, retain_graph=True)[0] for item in y]
