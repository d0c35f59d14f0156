# why: Zeroes an existing .grad in place instead of dropping it.
import torch


def train(params, loss_fn, lr, steps):
    history = []
    for _ in range(steps):
        for p in params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()
        loss = loss_fn()
        loss.backward()
        history += [float(loss)]
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    p.sub_(p.grad, alpha=lr)
    return history
