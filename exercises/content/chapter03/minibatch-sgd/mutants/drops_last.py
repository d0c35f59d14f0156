# misconception: drops-last
# fails: test_trajectory, test_epoch_losses, test_partition, test_given_generator, test_batch_sizes, test_parameters_stay_leaves, test_data_untouched, test_float32
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(X), generator=gen)
        for i in range(len(X) // bs):
            rows = order[i * bs : (i + 1) * bs]
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
