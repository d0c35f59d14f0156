# misconception: other-function
# fails: test_value, test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes, test_float32
import torch


def scaled_sigmoid(x, k):
    return k * (k * torch.sigmoid(x))
