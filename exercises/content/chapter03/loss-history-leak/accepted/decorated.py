# why: inference_mode as a decorator; the sum may then be a tensor.
import torch


@torch.inference_mode()
def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss * len(y)
        count += len(y)
    return (total / count).item()
