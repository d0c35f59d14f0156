# misconception: power
# fails: test_graph
import torch


def build(x):
    return torch.square(x + 1)
