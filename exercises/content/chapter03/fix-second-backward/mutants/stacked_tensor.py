# misconception: keeps-tensors
# fails: test_values, test_plain_floats, test_other_points
import torch


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.item())
    return torch.tensor(reads)
