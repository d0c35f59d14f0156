# why: Shorter still; that it refuses an unused parameter is only worth advice.
import torch


def train(params, loss_fn, lr, steps):
    losses = []
    for _ in range(steps):
        loss = loss_fn()
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p.copy_(p - lr * g)
        losses.append(loss.item())
    return losses
