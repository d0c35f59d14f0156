# misconception: shared-memory
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    rows = []
    for item in f(z):
        item.backward(retain_graph=True, inputs=[z])
        rows.append(z.grad)
        z.grad.zero_()
    return torch.stack(rows)
