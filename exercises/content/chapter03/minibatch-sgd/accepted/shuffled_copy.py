# why: Shuffles a copy of the data and splits that.
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for _ in range(epochs):
        order = torch.randperm(X.size(0), generator=gen)
        total = torch.zeros((), dtype=torch.float64)
        for xb, yb in zip(X[order].split(bs), y[order].split(bs)):
            for p in params:
                if p.grad is not None:
                    p.grad.zero_()
            loss = loss_fn(xb, yb)
            loss.backward()
            for p in params:
                p.data -= lr * p.grad
            total += loss.detach() * xb.size(0)
        losses.append((total / X.size(0)).item())
    return losses
