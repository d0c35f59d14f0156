# why: An optimizer with a closure, over a shuffled copy that index_select made.
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    opt = torch.optim.SGD(params, lr=lr, foreach=False)
    n = X.shape[0]
    out = torch.zeros(epochs, dtype=torch.float64)
    for e in range(epochs):
        perm = torch.randperm(n, generator=gen)
        Xs, ys = X.index_select(0, perm), y.index_select(0, perm)
        for xb, yb in zip(torch.split(Xs, bs), torch.split(ys, bs)):

            def closure():
                opt.zero_grad()
                l = loss_fn(xb, yb)
                l.backward()
                return l

            out[e] += opt.step(closure).detach() * xb.shape[0] / n
    return out.tolist()
