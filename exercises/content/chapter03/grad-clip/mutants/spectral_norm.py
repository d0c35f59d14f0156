# misconception: other-norm
# fails: test_large, test_returned_norm, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32
import torch


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    squares = 0.0
    for g in grads:
        squares += (torch.linalg.matrix_norm(g, 2).item() if g.dim() == 2 else g.norm().item()) ** 2
    norm = squares**0.5
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
