# misconception: rows-lost
# fails: test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for i in range(max(1, len(X) // micro)):
        xb, yb = X[i * micro : (i + 1) * micro], y[i * micro : (i + 1) * micro]
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
