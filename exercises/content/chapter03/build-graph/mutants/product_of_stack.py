# misconception: other-operation
# fails: test_graph
import torch


def build(x):
    y = x + 1
    return torch.prod(torch.stack([y, y]))
