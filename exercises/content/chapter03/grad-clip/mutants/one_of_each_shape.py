# misconception: some-gradients
# fails: test_shapes
def clip_(params, max_norm):
    grads = {p.grad.shape: p.grad for p in params if p.grad is not None}
    norm = sum((g**2).sum().item() for g in grads.values()) ** 0.5
    if norm > max_norm:
        for g in grads.values():
            g.mul_(max_norm / norm)
    return norm
