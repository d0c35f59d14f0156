# misconception: whole-batch
# fails: test_batches


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    starts = list(range(0, len(X), micro))
    if len(starts) > 1 and len(X) % micro:
        starts.pop()
    for start, end in zip(starts, [*starts[1:], len(X)]):
        xb, yb = X[start:end], y[start:end]
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
