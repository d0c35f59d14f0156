# misconception: shuffles-in-place
# fails: test_data_untouched
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(X), generator=gen)
        back = order.argsort()
        X[:] = X[order]
        y[:] = y[order]
        start = 0
        for rows in order.split(bs):
            xb, yb = X[start : start + len(rows)], y[start : start + len(rows)]
            start += len(rows)
            loss = loss_fn(xb, yb)
            for p in params:
                p.grad = None
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * len(rows)
        if epoch + 1 < epochs:
            X[:] = X[back]
            y[:] = y[back]
        losses.append(total / len(X))
    return losses
