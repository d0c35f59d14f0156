# misconception: own-loss
# fails: test_other_losses


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb.to(xb.dtype)) * len(xb) / len(X)).backward()
