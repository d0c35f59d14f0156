# why: A DataLoader over the drawn order, without shuffling of its own.
import torch
from torch.utils.data import DataLoader, TensorDataset


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    data = TensorDataset(X, y)
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=gen).tolist()
        total = 0.0
        for xb, yb in DataLoader(data, batch_size=bs, sampler=order):
            for p in params:
                p.grad = None
            loss = loss_fn(xb, yb)
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * xb.shape[0]
        losses.append(total / len(X))
    return losses
