# misconception: pollutes-grad
# fails: test_params_untouched
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    f(z).backward(create_graph=True)
    g = z.grad
    z.grad = None
    (g * v).sum().backward()
    return z.grad
