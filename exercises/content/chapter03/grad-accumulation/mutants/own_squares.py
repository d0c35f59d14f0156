# misconception: own-loss
# fails: test_other_losses


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (((model(xb) - yb) ** 2).mean() * len(xb) / len(X)).backward()
