# why: backward(inputs=…) stores only in a tensor of one's own.
import torch


def jac(f, x):
    z = x.detach().clone()
    z.requires_grad = True
    y = f(z)
    J = torch.zeros(len(y), len(z), dtype=x.dtype)
    for i in range(len(y)):
        z.grad = None
        y[i].backward(inputs=[z], retain_graph=True)
        J[i] = z.grad
    return J
