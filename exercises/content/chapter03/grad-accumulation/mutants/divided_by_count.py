# misconception: equal-weights
# fails: test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    batches = list(zip(X.split(micro), y.split(micro)))
    for xb, yb in batches:
        (loss_fn(model(xb), yb) / len(batches)).backward()
