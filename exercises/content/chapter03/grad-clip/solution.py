"""One norm, one factor, and only if the norm is too large."""


def clip_(params, max_norm):
    grads = [param.grad for param in params if param.grad is not None]
    norm = sum(grad.pow(2).sum().item() for grad in grads) ** 0.5
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)
    return norm
