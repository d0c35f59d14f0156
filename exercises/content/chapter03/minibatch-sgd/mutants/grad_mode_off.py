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
            torch.set_grad_enabled(True)
            loss = loss_fn(xb, yb)
            for p in params:
                p.grad = None
            loss.backward()
            torch.set_grad_enabled(False)
            for p in params:
                p -= lr * p.grad
            total += loss.item() * len(rows)
        losses.append(total / len(X))
    return losses
