# misconception: other-leaf
# fails: test_gradient, test_graph
import torch


def build(x):
    leaf = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
    y = leaf + 1
    return y * y
