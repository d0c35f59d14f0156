# misconception: no-gradient
# fails: test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes, test_float32
import torch


def scaled_sigmoid(x, k):
    h = torch.sigmoid(x).detach()
    h *= k
    return h.requires_grad_(x.requires_grad)
