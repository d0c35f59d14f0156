# misconception: edge-cut
# fails: test_gradient, test_graph
import torch


def build(x):
    with torch.no_grad():
        constant = x + 1
    return (x + 1) * constant
