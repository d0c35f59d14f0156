# misconception: leftover-counts
# fails: test_leftover_gradients
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        if step > 0:
            for p in params:
                p.grad.zero_()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
