# why: The functional form of backward, with one tensor and with a list.
import torch


def three_reads(x):
    z = torch.square(torch.add(x, 1))
    first = []
    for keep in (True, True):
        torch.autograd.backward(z, retain_graph=keep)
        first += [x.grad.tolist()]
    x.grad = torch.zeros_like(x)
    torch.autograd.backward([z])
    return first + [x.grad.tolist()]
