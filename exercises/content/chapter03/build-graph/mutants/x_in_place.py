# misconception: in-place
# fails: test_gradient, test_graph, test_only_builds
import torch


def build(x):
    with torch.no_grad():
        x += 1
    return x * x
