# why: Clears in place by subtracting the gradient from itself; retain_graph given by position.
import torch


def three_reads(x):
    y = 1 + x
    z = y.mul(y)
    reads = [0.0] * 3
    z.backward(None, True)
    reads[0] = x.grad.item()
    z.backward(None, True)
    reads[1] = x.grad.item()
    with torch.no_grad():
        x.grad -= x.grad.clone()
    z.backward()
    reads[2] = x.grad.item()
    return reads
