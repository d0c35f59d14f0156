# misconception: own-norm
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32
import torch


def clip_(params, max_norm):
    total = 0.0
    for p in params:
        total += torch.nn.utils.clip_grad_norm_([p], max_norm).item() ** 2
    return total**0.5
