# misconception: graphs-kept
# fails: test_graphs_alive
import torch


def evaluate_all(model, batches, loss_fn):
    losses, sizes = [], []
    for X, y in batches:
        loss = loss_fn(model(X), y)
        losses.append(loss)
        sizes.append(len(X))
    weights = torch.tensor(sizes, dtype=loss.dtype)
    return ((torch.stack(losses) * weights).sum() / weights.sum()).item()
