# misconception: no-zero
# fails: test_trajectory, test_history
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for p in params:
        p.grad = None
    for step in range(steps):
        loss = loss_fn()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
