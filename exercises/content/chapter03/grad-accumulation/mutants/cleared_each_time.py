# misconception: cleared-each-time
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    for xb, yb in zip(X.split(micro), y.split(micro)):
        model.zero_grad()
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
