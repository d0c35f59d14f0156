# misconception: frozen-after
# fails: test_parameters_stay_leaves
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(X), generator=gen)
        for rows in order.split(bs):
            xb, yb = X[rows], y[rows]
            loss = loss_fn(xb, yb)
            for p in params:
                p.grad = None
            loss.backward()
            for p in params:
                p.requires_grad_(False)
                p -= lr * p.grad
                p.requires_grad_(epoch < epochs - 1 or len(rows) == bs)
            total += loss.item() * len(rows)
        losses.append(total / len(X))
    return losses
