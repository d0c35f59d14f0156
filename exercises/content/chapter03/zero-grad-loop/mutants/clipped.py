# misconception: other-recipe
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
        torch.nn.utils.clip_grad_norm_(params, 1e3)
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
