# why: Hands over the upstream gradient, and takes copies before it turns them into floats.
import torch


def three_reads(x):
    y = x + 1
    z = y.pow(2)
    copies = []
    for zero in (False, False, True):
        if zero:
            x.grad.mul_(0)
        z.backward(gradient=torch.ones_like(z), retain_graph=not zero)
        copies.append(x.grad.detach().clone())
    return torch.stack(copies).tolist()
