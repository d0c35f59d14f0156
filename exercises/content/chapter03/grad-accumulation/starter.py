import torch


def accumulate(model, loss_fn, X, y, micro):
    """Leave in .grad the gradient of loss_fn(model(X), y), computed in parts of at most `micro` rows.

    loss_fn  a mean loss
    micro    how many rows the model may see at once
    """
    for start in range(0, len(X), micro):
        xb, yb = X[start : start + micro], y[start : start + micro]
        loss = loss_fn(model(xb), yb)
        # How much does this micro-batch count, and when does it go backward?
        # And what is in .grad when the first one does?
