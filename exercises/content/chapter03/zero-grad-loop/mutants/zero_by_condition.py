# misconception: zero-some
# fails: test_history
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            if p.grad is not None and step % 2 == 0:
                p.grad.zero_()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
