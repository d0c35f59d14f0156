# misconception: fills-grad
# fails: test_x_requires_grad, test_params_untouched
import torch


def jac(f, x):
    z = x if x.requires_grad else x.detach().requires_grad_()
    z.retain_grad()
    old = None if z.grad is None else z.grad.clone()
    rows = []
    for item in f(z):
        z.grad = None
        item.backward(retain_graph=True)
        rows.append(z.grad.clone())
    z.grad = old
    return torch.stack(rows)
