# why: Runs the program instead of thinking about it; for a file that is fair.
import torch


def predict(x, a, b):
    leaf = torch.tensor(x, dtype=torch.float64).requires_grad_()
    with torch.no_grad():
        flags = [leaf.requires_grad]
        y = leaf * a
        p = torch.full((), b, dtype=torch.float64, requires_grad=True)
    z = leaf * (y + p)
    (gradient,) = torch.autograd.grad(z, leaf)
    flags += [tensor.requires_grad for tensor in (y, z, p)]
    return (*flags, gradient.item())
