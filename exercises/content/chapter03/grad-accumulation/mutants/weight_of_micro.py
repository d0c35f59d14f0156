# misconception: equal-weights
# fails: test_uneven, test_batches, test_backward_at_once, test_large_micro, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb) * micro / len(X)).backward()
