# misconception: too-many-batches
# fails: test_batches


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    size = max(d for d in range(1, min(micro, len(X)) + 1) if len(X) % d == 0)
    for xb, yb in zip(X.split(size), y.split(size)):
        (loss_fn(model(xb), yb) * size / len(X)).backward()
