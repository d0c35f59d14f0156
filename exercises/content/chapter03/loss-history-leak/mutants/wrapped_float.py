# misconception: keeps-tensor
# fails: test_plain_float
import torch


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    return torch.tensor(total / count)
