# misconception: other-generator
# fails: test_given_generator
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    torch.manual_seed(gen.initial_seed())
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(X))
        for rows in order.split(bs):
            xb, yb = X[rows], y[rows]
            loss = loss_fn(xb, yb)
            for p in params:
                p.grad = None
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * len(rows)
        losses.append(total / len(X))
    return losses
