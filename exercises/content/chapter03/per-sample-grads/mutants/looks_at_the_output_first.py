# misconception: extra-forward
# fails: test_one_forward
import torch


def per_sample(model, loss_fn, X, y):
    names, params = zip(*model.named_parameters())
    with torch.no_grad():
        N = model(X).shape[0]
    out = model(X)
    losses = torch.stack([loss_fn(out[i : i + 1], y[i : i + 1]) for i in range(N)])
    grads = torch.autograd.grad(losses, params, torch.eye(N, dtype=losses.dtype), is_grads_batched=True)
    return dict(zip(names, grads))
