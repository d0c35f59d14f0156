# why: Subtracts what was there before instead of clearing it: odd, but exact enough and right.
import torch


@torch.enable_grad()
def train(params, loss_fn, lr, steps):
    losses = []
    for _ in range(steps):
        before = [None if p.grad is None else p.grad.clone() for p in params]
        loss = loss_fn()
        loss.backward()
        losses.append(loss.item())
        for p, old in zip(params, before):
            if p.grad is None:
                continue
            new = p.grad if old is None else p.grad - old
            p.detach().sub_(lr * new)
    return losses
