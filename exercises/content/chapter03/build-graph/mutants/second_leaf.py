# misconception: extra-node
# fails: test_graph
import torch


def build(x):
    one = torch.ones((), dtype=x.dtype, requires_grad=True)
    y = x + one
    return y * y
