# misconception: batch-gradient
# fails: test_values, test_sizes, test_other_losses
import torch


def per_sample(model, loss_fn, X, y):
    names, params = zip(*model.named_parameters())
    grads = torch.autograd.grad(loss_fn(model(X), y), params)
    return {n: g.expand(len(X), *g.shape) for n, g in zip(names, grads)}
