# misconception: nothing-left
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_large_micro, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32
import torch


def accumulate(model, loss_fn, X, y, micro):
    params = list(model.parameters())
    sums = [torch.zeros_like(p) for p in params]
    for xb, yb in zip(X.split(micro), y.split(micro)):
        for total, g in zip(sums, torch.autograd.grad(loss_fn(model(xb), yb), params)):
            total += g * len(xb) / len(X)
    return sums
