"""Gradient descent by hand: forward, zero, backward, update."""

import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for _ in range(steps):
        loss = loss_fn()
        for param in params:
            param.grad = None
        loss.backward()
        with torch.no_grad():
            for param in params:
                if param.grad is not None:
                    param -= lr * param.grad
        losses.append(loss.item())
    return losses
