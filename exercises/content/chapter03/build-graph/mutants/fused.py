# misconception: other-operation
# fails: test_graph
import torch


def build(x):
    y = x + 1
    return torch.addcmul(torch.zeros_like(x), y, y)
