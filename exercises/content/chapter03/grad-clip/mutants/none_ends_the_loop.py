# misconception: none-gradient
# fails: test_none_gradients


def clip_(params, max_norm):
    grads = []
    for p in params:
        if p.grad is None:
            break
        grads.append(p.grad)
    norm = sum((g**2).sum().item() for g in grads) ** 0.5
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm
