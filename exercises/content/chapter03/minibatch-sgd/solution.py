"""Mini-batch SGD: one permutation an epoch, one update a batch."""

import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(X), generator=gen).split(bs):
            loss = loss_fn(X[rows], y[rows])
            for param in params:
                param.grad = None
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
            total += loss.item() * len(rows)
        losses.append(total / len(X))
    return losses
