# misconception: other-epoch-loss
# fails: test_epoch_losses, test_given_generator, test_batch_sizes, test_plain_floats, test_converges, test_float32
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    total = 0.0
    for epoch in range(epochs):
        order = torch.randperm(len(X), generator=gen)
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
    return losses
