# why: torch.optim.SGD takes the steps.
import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    opt = torch.optim.SGD(params, lr=lr)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=gen)
        weighted, rows = 0.0, 0
        for start in range(0, len(order), bs):
            idx = order[start : start + bs]
            opt.zero_grad()
            loss = loss_fn(X[idx], y[idx])
            loss.backward()
            opt.step()
            weighted += float(loss) * idx.numel()
            rows += idx.numel()
        losses.append(weighted / rows)
    return losses
