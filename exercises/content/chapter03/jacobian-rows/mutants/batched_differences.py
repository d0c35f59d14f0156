# misconception: measured
# fails: test_values, test_exact
import torch


def jac(f, x):
    x = x.detach()
    n = len(x)
    eps = 1e-7 if x.dtype == torch.float64 else 1e-2
    steps = eps * torch.cat([torch.eye(n, dtype=x.dtype), -torch.eye(n, dtype=x.dtype)])
    y = torch.func.vmap(f)(x + steps)
    return ((y[:n] - y[n:]) / (2 * eps)).T.detach()
