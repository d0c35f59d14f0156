# misconception: many-calls
# fails: test_one_call
import torch


def jac(f, x):
    with torch.no_grad():
        m = len(f(x))
    z = x.detach().requires_grad_()
    y = f(z)
    return torch.stack([torch.autograd.grad(y[i], z, retain_graph=True)[0] for i in range(m)])
