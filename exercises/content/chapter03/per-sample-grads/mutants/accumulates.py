# misconception: running-sum
# fails: test_values, test_sizes, test_other_losses
import torch


def per_sample(model, loss_fn, X, y):
    model.zero_grad()
    out = model(X)
    rows = []
    for i in range(len(X)):
        loss_fn(out[i : i + 1], y[i : i + 1]).backward(retain_graph=True)
        rows.append({n: p.grad.clone() for n, p in model.named_parameters()})
    return {n: torch.stack([row[n] for row in rows]) for n in rows[0]}
