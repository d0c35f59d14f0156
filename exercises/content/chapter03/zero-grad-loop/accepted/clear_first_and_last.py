# why: Clears before the loop and after each update, which is before the next backward as well.
import torch


def clear(params):
    for p in params:
        if p.grad is not None:
            p.grad = torch.zeros_like(p)


def train(params, loss_fn, lr, steps):
    clear(params)
    losses = []
    for _ in range(steps):
        loss = loss_fn()
        loss.backward()
        losses.append(loss.tolist())
        torch.set_grad_enabled(False)
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
        torch.set_grad_enabled(True)
        clear(params)
    return losses
