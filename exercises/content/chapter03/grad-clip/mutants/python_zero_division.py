# misconception: divides-by-zero
# fails: test_zero_gradients


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = sum((g**2).sum().item() for g in grads) ** 0.5
    factor = min(1.0, max_norm / norm) if grads else 1.0
    for g in grads:
        g.mul_(factor)
    return norm
