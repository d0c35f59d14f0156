# misconception: fills-grad
# fails: test_params_untouched
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    rows = []
    for item in f(z):
        z.grad = None
        item.backward(retain_graph=True)
        rows.append(z.grad)
    return torch.stack(rows)
