# misconception: wrong-factor
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32


def clip_(params, max_norm):
    norm = sum((p.grad**2).sum().item() for p in params if p.grad is not None) ** 0.5
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad.mul_(max_norm / norm)
                p.grad.data *= max_norm / norm
    return norm
