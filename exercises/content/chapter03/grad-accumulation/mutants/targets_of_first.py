# misconception: rows-mixed
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb in X.split(micro):
        yb = y[: len(xb)]
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
