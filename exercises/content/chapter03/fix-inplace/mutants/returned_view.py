# misconception: overwrites-saved
# fails: test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes, test_float32
import torch


def scaled_sigmoid(x, k):
    h = torch.sigmoid(x)
    view = h.view_as(h)
    view *= k
    return view
