# misconception: whole-jacobian
# fails: test_one_backward
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    y = f(point).reshape(-1)
    total = torch.zeros_like(point, requires_grad=False)
    for weight, element in zip(v.reshape(-1), y):
        total = total + weight * torch.autograd.grad(element, point, retain_graph=True)[0]
    return total
