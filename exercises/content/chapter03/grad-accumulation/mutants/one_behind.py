# misconception: one-backward
# fails: test_backward_at_once


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    waiting = None
    for xb, yb in zip(X.split(micro), y.split(micro)):
        loss = loss_fn(model(xb), yb) * len(xb) / len(X)
        if waiting is not None:
            waiting.backward()
        waiting = loss
    waiting.backward()
