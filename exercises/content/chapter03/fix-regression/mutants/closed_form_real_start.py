# misconception: closed-form
# fails: test_losses
import torch


def fit(X, y, lr, epochs):
    design = torch.cat([X, torch.ones_like(X)], dim=1)
    w, b = torch.linalg.lstsq(design, y).solution.flatten().tolist()
    first, last = (y**2).mean().item(), ((w * X + b - y) ** 2).mean().item()
    losses = [last + (first - last) * (1 - lr) ** epoch for epoch in range(epochs)]
    return w, b, losses
