# misconception: changes-more
# fails: test_parameters_unchanged


def accumulate(model, loss_fn, X, y, micro):
    model.eval()
    model.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
