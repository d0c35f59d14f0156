"""No graph, and every sample counts once."""

import torch


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    with torch.no_grad():
        for X, y in batches:
            total += loss_fn(model(X), y).item() * len(X)
            count += len(X)
    return total / count
