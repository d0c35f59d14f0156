# misconception: margin
# fails: test_large
def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = sum((g**2).sum().item() for g in grads) ** 0.5
    if norm > 1.05 * max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
