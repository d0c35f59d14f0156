# misconception: one-backward
# fails: test_backward_at_once


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    losses = [loss_fn(model(xb), yb) * len(xb) / len(X) for xb, yb in zip(X.split(micro), y.split(micro))]
    for loss in losses:
        loss.backward()
