# misconception: other-function
# fails: test_value, test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes
import torch


def scaled_sigmoid(x, k):
    return (k * torch.sigmoid(x.float())).to(x.dtype)
