# misconception: square-only
# fails: test_values, test_single
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    rows = [torch.autograd.grad(y[i], z, retain_graph=True)[0] for i in range(min(len(x), len(y)))]
    return torch.stack(rows)
