# misconception: graphs-kept
# fails: test_graphs_alive
import torch


def evaluate_all(model, batches, loss_fn):
    predictions, targets = [], []
    for X, y in batches:
        predictions.append(model(X))
        targets.append(y)
    return loss_fn(torch.cat(predictions), torch.cat(targets)).item()
