# why: Python lists of indices, and rows of a batch put in rising order: the mean does not mind.
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for _ in range(epochs):
        left = torch.randperm(len(X), generator=gen).tolist()
        total = 0
        while left:
            rows, left = sorted(left[:bs]), left[bs:]
            loss = loss_fn(torch.stack([X[i] for i in rows]), torch.stack([y[i] for i in rows]))
            for p in params:
                p.grad = torch.zeros_like(p)
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p.add_(p.grad, alpha=-lr)
            total += loss.item() * len(rows)
        losses += [total / len(X)]
    return losses
