# why: retain_graph=True is wasteful, not wrong.
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for _ in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward(retain_graph=True)
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    p -= lr * p.grad
    return losses
