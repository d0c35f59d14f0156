# misconception: flag-demanded
# fails: test_values, test_square, test_x_untouched
import torch


def jac(f, x):
    y = f(x)
    return torch.stack([torch.autograd.grad(item, x, retain_graph=True)[0] for item in y])
