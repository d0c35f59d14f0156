# why: Lists of numbers, weighted by NumPy.
import numpy as np


def evaluate_all(model, batches, loss_fn):
    losses, sizes = [], []
    for X, y in batches:
        prediction = model(X)
        loss = loss_fn(prediction, y)
        losses.append(loss.item())
        sizes.append(len(X))
    return float(np.average(losses, weights=sizes))
