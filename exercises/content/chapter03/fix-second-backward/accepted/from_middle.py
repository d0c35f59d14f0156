# why: Goes backward from two roots of one graph at once.
import torch


def three_reads(x):
    y = x + 1
    half = y * y / 2
    reads = []
    for i in range(3):
        if i == 2:
            x.grad.zero_()
        torch.autograd.backward([half, half], retain_graph=True)
        reads.append(x.grad.item())
    return reads
