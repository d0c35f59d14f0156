# misconception: x-changed
# fails: test_x_untouched
import torch


def jac(f, x):
    x.requires_grad_()
    y = f(x)
    return torch.stack([torch.autograd.grad(item, x, retain_graph=True)[0] for item in y])
