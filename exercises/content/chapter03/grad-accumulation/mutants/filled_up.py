# misconception: rows-lost
# fails: test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for start in range(0, len(X), micro):
        start = max(0, min(start, len(X) - micro))
        xb, yb = X[start : start + micro], y[start : start + micro]
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
