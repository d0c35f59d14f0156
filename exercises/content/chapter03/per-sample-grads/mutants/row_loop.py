# misconception: row-loop
# fails: test_one_forward
import torch


def per_sample(model, loss_fn, X, y):
    names, params = zip(*model.named_parameters())
    rows = [torch.autograd.grad(loss_fn(model(X[i : i + 1]), y[i : i + 1]), params) for i in range(len(X))]
    return {n: torch.stack(gs) for n, gs in zip(names, zip(*rows))}
