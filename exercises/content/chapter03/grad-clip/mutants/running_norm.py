# misconception: own-norm
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_zero_gradients, test_parameters_unchanged, test_shapes, test_float32


def clip_(params, max_norm):
    squares = 0.0
    for p in params:
        if p.grad is None:
            continue
        squares += (p.grad**2).sum().item()
        if squares**0.5 > max_norm:
            p.grad.mul_(max_norm / squares**0.5)
    return squares**0.5
