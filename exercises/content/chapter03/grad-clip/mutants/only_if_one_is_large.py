# misconception: own-norm
# fails: test_large


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum((g**2).sum().item() for g in grads) ** 0.5
    if any(g.norm() > max_norm for g in grads):
        for g in grads:
            g.mul_(max_norm / total)
    return total
