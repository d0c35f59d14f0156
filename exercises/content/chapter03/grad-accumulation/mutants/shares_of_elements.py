# misconception: wrong-weight
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_large_micro, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        out = model(xb)
        (loss_fn(out, yb) * out.numel() / len(X)).backward()
