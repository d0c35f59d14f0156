# misconception: rows-lost
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    loss_fn(model(X[:micro]), y[:micro]).backward()
