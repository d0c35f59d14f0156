# misconception: whole-batch
# fails: test_batches


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb, yb in zip(X.chunk(micro), y.chunk(micro)):
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
