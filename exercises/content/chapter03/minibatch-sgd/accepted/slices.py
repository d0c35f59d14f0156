# why: Cuts the order by hand and takes gradients with torch.autograd.grad.
import torch
import math


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    N = X.shape[0]
    history = []
    for _ in range(epochs):
        perm = torch.randperm(N, generator=gen)
        epoch_loss = 0.0
        for k in range(math.ceil(N / bs)):
            idx = perm[k * bs : (k + 1) * bs]
            loss = loss_fn(X[idx], y[idx])
            grads = torch.autograd.grad(loss, params)
            with torch.no_grad():
                for p, g in zip(params, grads):
                    p.sub_(g, alpha=lr)
            epoch_loss += loss.item() * len(idx) / N
        history.append(epoch_loss)
    return history
