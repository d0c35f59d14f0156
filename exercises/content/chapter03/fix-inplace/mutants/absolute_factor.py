# misconception: other-function
# fails: test_value, test_gradient, test_any_factor, test_inside_a_graph, test_shapes
import torch


def scaled_sigmoid(x, k):
    return abs(k) * torch.sigmoid(x)
