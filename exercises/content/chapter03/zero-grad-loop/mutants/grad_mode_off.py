# misconception: grad-mode-off
# fails: test_grad_mode
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        torch.set_grad_enabled(True)
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        torch.set_grad_enabled(False)
        for p in params:
            p -= lr * p.grad
    return losses
