# misconception: no-graph
# fails: test_gradient, test_graph
import torch


def build(x):
    with torch.no_grad():
        y = x + 1
        return y * y
