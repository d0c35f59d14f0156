# misconception: accumulated
# fails: test_values, test_square, test_params_untouched
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    rows = []
    for item in f(z):
        item.backward(retain_graph=True)
        rows.append(z.grad.clone())
    return torch.stack(rows)
