# misconception: measured
# fails: test_values, test_exact, test_one_call
import torch


def jac(f, x):
    x = x.detach()
    eps = 1e-6 if x.dtype == torch.float64 else 1e-2
    columns = [(f(x + step) - f(x - step)) / (2 * eps) for step in eps * torch.eye(len(x), dtype=x.dtype)]
    return torch.stack(columns, dim=1)
