# misconception: fills-grad
# fails: test_x_requires_grad
import torch


def jac(f, x):
    had = x.requires_grad
    z = x if x.is_leaf else x.detach()
    z.requires_grad_()
    rows = []
    for item in f(z):
        z.grad = None
        item.backward(retain_graph=True, inputs=[z])
        rows.append(z.grad)
    z.grad = None
    z.requires_grad_(had)
    return torch.stack(rows)
