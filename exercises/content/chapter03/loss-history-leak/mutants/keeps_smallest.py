# misconception: graphs-kept
# fails: test_graphs_alive
import torch


def evaluate_all(model, batches, loss_fn):
    total, count, smallest = 0.0, 0, None
    for X, y in batches:
        loss = loss_fn(model(X), y)
        smallest = loss if smallest is None else torch.minimum(smallest, loss)
        total += loss.item() * len(X)
        count += len(X)
    return total / count
