# misconception: other-recipe
# fails: test_history
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    velocity = [torch.zeros_like(p) for p in params]
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p, v in zip(params, velocity):
                v.mul_(0.9).add_(p.grad)
                p -= lr * v
    return losses
