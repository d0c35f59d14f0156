# misconception: too-many-batches
# fails: test_batches


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for r in range(len(X)):
        (loss_fn(model(X[r : r + 1]), y[r : r + 1]) / len(X)).backward()
