# why: The two derivatives by hand give the same numbers; using autograd is advice.
import torch


@torch.no_grad()
def fit(X, y, lr, epochs):
    w = b = 0.0
    losses = []
    for _ in range(epochs):
        error = X * w + b - y
        losses.append((error**2).mean().item())
        w, b = w - lr * 2 * (error * X).mean().item(), b - lr * 2 * error.mean().item()
    return w, b, losses
