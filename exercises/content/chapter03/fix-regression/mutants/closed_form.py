# misconception: closed-form
# fails: test_losses, test_parameters
import torch


def fit(X, y, lr, epochs):
    design = torch.cat([X, torch.ones_like(X)], dim=1)
    w, b = torch.linalg.lstsq(design, y).solution.flatten().tolist()
    best = ((w * X + b - y) ** 2).mean().item()
    losses = [best + 1 / (1 + epoch) for epoch in range(epochs)]
    return w, b, losses
