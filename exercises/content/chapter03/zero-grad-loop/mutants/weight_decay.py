# misconception: other-recipe
# fails: test_trajectory
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                p -= lr * (p.grad + 1e-3 * p)
    return losses
