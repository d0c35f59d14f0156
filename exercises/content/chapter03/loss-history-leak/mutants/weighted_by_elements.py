# misconception: mean-of-means
# fails: test_value, test_graphs_alive, test_nothing_kept, test_plain_float, test_model_untouched, test_other_sizes
import torch


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    with torch.no_grad():
        for X, y in batches:
            total += loss_fn(model(X), y).item() * X.numel()
            count += len(X)
    return total / count
