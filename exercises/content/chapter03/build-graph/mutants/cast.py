# misconception: extra-node
# fails: test_graph
import torch


def build(x):
    y = x.to(torch.float64) + 1
    return (y * y).to(x.dtype)
