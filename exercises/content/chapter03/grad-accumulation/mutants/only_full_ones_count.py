# misconception: rows-lost
# fails: test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    used = max(len(X) // micro * micro, min(micro, len(X)))
    for xb, yb in zip(X[:used].split(micro), y[:used].split(micro)):
        (loss_fn(model(xb), yb) * len(xb) / used).backward()
