# misconception: rebinds
# fails: test_trajectory, test_history
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    originals = list(params)
    for step in range(steps):
        loss = loss_fn()
        grads = torch.autograd.grad(loss, originals)
        losses.append(loss.item())
        params = [p - lr * g for p, g in zip(params, grads)]
    return losses
