# misconception: none-gradient
# fails: test_none_gradients


def clip_(params, max_norm):
    norm = sum((p.grad**2).sum().item() for p in params) ** 0.5
    if norm > max_norm:
        for p in params:
            p.grad.mul_(max_norm / norm)
    return norm
