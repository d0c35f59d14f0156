# misconception: many-calls
# fails: test_one_call
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    rows, i, m = [], 0, 1
    while i < m:
        y = f(z)
        m = len(y)
        rows.append(torch.autograd.grad(y[i], z)[0])
        i += 1
    return torch.stack(rows)
