# misconception: changes-input
# fails: test_input_untouched, test_inside_a_graph, test_shapes
import torch


def scaled_sigmoid(x, k):
    h = torch.sigmoid(x)
    x.data.mul_(k)
    return k * h
