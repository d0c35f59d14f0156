# misconception: no-graph
# fails: test_gradient, test_graph
import torch


def build(x):
    y = torch.tensor(x.item() + 1, dtype=x.dtype)
    return y * y
