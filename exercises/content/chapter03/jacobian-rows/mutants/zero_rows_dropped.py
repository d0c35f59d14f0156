# misconception: unused-skipped
# fails: test_passed_through
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    rows = [torch.autograd.grad(item, z, retain_graph=True)[0] for item in y]
    return torch.stack([row for row in rows if row.any()])
