import torch


def evaluate_all(model, batches, loss_fn):
    """The mean loss over all samples.

    batches  yields pairs (X, y)
    loss_fn  loss_fn(prediction, y) is the mean loss of a batch
    """
    total = 0
    count = 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss
        count += 1
    return total / count
