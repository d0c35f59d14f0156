# misconception: grad-mode-off
# fails: test_model_untouched
import torch


def evaluate_all(model, batches, loss_fn):
    torch.set_grad_enabled(False)
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    torch.set_grad_enabled(True)
    return total / count
