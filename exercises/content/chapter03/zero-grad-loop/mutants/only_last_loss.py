# misconception: no-history
# fails: test_history, test_plain_floats
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses = [loss.item()]
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
