# misconception: zero-on-none
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_large_micro, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    for p in model.parameters():
        p.grad.zero_()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
