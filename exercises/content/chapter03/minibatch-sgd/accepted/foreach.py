# why: Recording is on for the loss alone; one foreach call updates all parameters.
import torch


@torch.no_grad()
def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    result = []
    for epoch in range(epochs):
        order, total, at = torch.randperm(len(X), generator=gen), 0.0, 0
        while at < len(X):
            pick = order[at : at + bs]
            with torch.enable_grad():
                loss = loss_fn(X[pick], y[pick])
                grads = torch.autograd.grad(loss, params)
            torch._foreach_add_(list(params), grads, alpha=-lr)
            total += float(loss) * pick.numel()
            at += bs
        result += [total / len(X)]
    return result
