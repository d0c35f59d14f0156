# misconception: graphs-kept
# fails: test_graphs_alive
import torch


def evaluate_all(model, batches, loss_fn):
    pairs = [(loss_fn(model(X), y), len(X)) for X, y in batches]
    with torch.no_grad():
        return (sum(loss * n for loss, n in pairs) / sum(n for _, n in pairs)).item()
