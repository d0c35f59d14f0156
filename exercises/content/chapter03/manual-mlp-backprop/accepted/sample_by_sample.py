# why: One outer product for each sample, added up.
import torch


def mlp_grads(X, y, W1, b1, W2, b2):
    grads = {name: torch.zeros_like(t) for name, t in (("W1", W1), ("b1", b1), ("W2", W2), ("b2", b2))}
    loss = torch.zeros((), dtype=X.dtype)
    for x, target in zip(X, y):
        z = x @ W1 + b1
        h = torch.where(z > 0, z, torch.zeros_like(z))
        error = h @ W2 + b2 - target
        loss += (error**2).sum() / y.numel()
        g = 2 * error / y.numel()
        back = torch.where(z > 0, W2 @ g, torch.zeros_like(z))
        grads["W2"] += torch.outer(h, g)
        grads["b2"] += g
        grads["W1"] += torch.outer(x, back)
        grads["b1"] += back
    return {"loss": loss, **grads}
