# misconception: no-shuffle
# fails: test_trajectory, test_epoch_losses, test_given_generator, test_batch_sizes, test_plain_floats, test_parameters_stay_leaves, test_data_untouched, test_float32
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        starts = range(0, len(X), bs)
        pieces = torch.arange(len(X)).split(bs)
        order = torch.randperm(len(pieces), generator=gen)
        for i in order.tolist():
            rows = pieces[i]
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
