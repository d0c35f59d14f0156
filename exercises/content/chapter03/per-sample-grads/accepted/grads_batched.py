# why: The vector of all losses, and the identity matrix as a batch of upstream gradients.
import torch


def per_sample(model, loss_fn, X, y):
    names, params = zip(*model.named_parameters())
    out = model(X)
    losses = torch.stack([loss_fn(o, t) for o, t in zip(out.split(1), y.split(1))])
    rows = torch.eye(len(X), dtype=losses.dtype)
    grads = torch.autograd.grad(losses, params, rows, is_grads_batched=True, allow_unused=True)
    return {n: torch.zeros(len(X), *p.shape, dtype=p.dtype) if g is None else g for n, p, g in zip(names, params, grads)}
