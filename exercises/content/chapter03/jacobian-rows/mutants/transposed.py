# misconception: transposed
# fails: test_values, test_square, test_single
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    rows = [torch.autograd.grad(y, z, v, retain_graph=True)[0] for v in torch.eye(len(y), dtype=y.dtype)]
    return torch.stack(rows, dim=1)
