# misconception: other-norm
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = max((g.abs().max().item() for g in grads), default=0.0)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
