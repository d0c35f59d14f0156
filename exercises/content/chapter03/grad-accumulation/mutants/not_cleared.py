# misconception: not-cleared
# fails: test_leftover_gradients, test_float32


def accumulate(model, loss_fn, X, y, micro):
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
