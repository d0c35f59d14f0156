# why: Clears after each update, as many write it; old gradients from before are only worth advice.
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    for _ in range(epochs):
        terms = []
        for rows in torch.chunk(torch.randperm(len(y), generator=gen), 1)[0].split(bs):
            loss = loss_fn(X[rows], y[rows])
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p.copy_(p - lr * p.grad)
                    p.grad = None
            terms.append((loss.item(), len(rows)))
        losses.append(sum(l * n for l, n in terms) / sum(n for _, n in terms))
    return losses
