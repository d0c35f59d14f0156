# misconception: equal-weights
# fails: test_uneven, test_batches, test_backward_at_once, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32
import torch


def accumulate(model, loss_fn, X, y, micro):
    params = list(model.parameters())
    means = [torch.zeros_like(p) for p in params]
    for k, (xb, yb) in enumerate(zip(X.split(micro), y.split(micro)), start=1):
        for mean, g in zip(means, torch.autograd.grad(loss_fn(model(xb), yb), params)):
            mean += (g - mean) / k
    for p, mean in zip(params, means):
        p.grad = mean
