# misconception: one-backward
# fails: test_backward_at_once


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    total = 0
    for xb, yb in zip(X.split(micro), y.split(micro)):
        total = total + loss_fn(model(xb), yb) * len(xb) / len(X)
    total.backward()
