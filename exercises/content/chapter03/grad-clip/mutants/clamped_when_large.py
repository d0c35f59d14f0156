# misconception: by-value
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32
import torch


def clip_(params, max_norm):
    total = sum((p.grad**2).sum().item() for p in params if p.grad is not None) ** 0.5
    if total > max_norm:
        torch.nn.utils.clip_grad_value_(params, max_norm)
    return total
