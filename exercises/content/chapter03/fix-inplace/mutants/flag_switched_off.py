# misconception: changes-input
# fails: test_gradient, test_input_untouched, test_any_factor, test_shapes, test_float32
import torch


def scaled_sigmoid(x, k):
    out = k * torch.sigmoid(x)
    if x.is_leaf:
        x.requires_grad_(False)
    return out
