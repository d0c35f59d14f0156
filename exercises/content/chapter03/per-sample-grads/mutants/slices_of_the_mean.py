# misconception: wrong-scale
# fails: test_values, test_sizes, test_other_losses
import torch


def per_sample(model, loss_fn, X, y):
    names, params = zip(*model.named_parameters())
    out = model(X)
    (upstream,) = torch.autograd.grad(loss_fn(out, y), out, retain_graph=True)
    rows = []
    for i in range(len(X)):
        only_i = torch.zeros_like(upstream)
        only_i[i] = upstream[i]
        rows.append(torch.autograd.grad(out, params, only_i, retain_graph=True))
    return {n: torch.stack(gs) for n, gs in zip(names, zip(*rows))}
