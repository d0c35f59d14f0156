# misconception: one-at-a-time
# fails: test_trajectory, test_one_call_a_step
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        for p in params:
            loss = loss_fn()
            (g,) = torch.autograd.grad(loss, [p])
            with torch.no_grad():
                p -= lr * g
        losses.append(loss.item())
    return losses
