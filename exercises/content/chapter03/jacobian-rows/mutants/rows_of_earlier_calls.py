# misconception: accumulated
# fails: test_values, test_square
import torch


def jac(f, x, rows=[]):
    z = x.detach().requires_grad_()
    for item in f(z):
        rows.append(torch.autograd.grad(item, z, retain_graph=True)[0])
    return torch.stack(rows)
