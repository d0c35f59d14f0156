# misconception: stops-early
# fails: test_any_loss
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
                p -= lr * p.grad
        if len(losses) > 1 and losses[-1] > losses[-2]:
            break
    return losses
