# misconception: flag-demanded
# fails: test_x_requires_grad
import torch


def jac(f, x):
    z = x.clone().requires_grad_()
    rows = []
    for item in f(z):
        z.grad = None
        item.backward(retain_graph=True)
        rows.append(z.grad.clone())
    return torch.stack(rows)
