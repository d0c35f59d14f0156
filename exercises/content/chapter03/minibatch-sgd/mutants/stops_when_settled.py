# misconception: not-per-epoch
# fails: test_converges
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for epoch in range(epochs):
        order = torch.randperm(len(X), generator=gen)
        total = 0.0
        for rows in order.split(bs):
            loss = loss_fn(X[rows], y[rows])
            for p in params:
                p.grad = None
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * len(rows)
        losses.append(total / len(X))
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < 1e-6:
            break
    return losses
