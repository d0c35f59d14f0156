# misconception: accumulated
# fails: test_values, test_square, test_float32
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    v = torch.zeros_like(y)
    rows = []
    for i in range(len(y)):
        v = v.clone()
        v[i] = 1
        rows.append(torch.autograd.grad(y, z, v, retain_graph=True)[0])
    return torch.stack(rows)
