# misconception: own-norm
# fails: test_large, test_returned_norm, test_plain_float, test_none_gradients, test_parameters_unchanged, test_shapes, test_float32


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum((g**2).sum().item() for g in grads) ** 0.5
    for g in grads:
        if g.norm() > max_norm:
            g.mul_(max_norm / total)
    return total
