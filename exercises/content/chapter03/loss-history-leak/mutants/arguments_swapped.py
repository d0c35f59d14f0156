# misconception: arguments-swapped
# fails: test_value
import torch


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    with torch.no_grad():
        for X, y in batches:
            total += loss_fn(y, model(X)).item() * len(X)
            count += len(X)
    return total / count
