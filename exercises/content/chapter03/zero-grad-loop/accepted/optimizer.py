# why: torch.optim does the same arithmetic; the statement asks for the loop by hand, which is advice.
import torch


def train(params, loss_fn, lr, steps):
    optimizer = torch.optim.SGD(params, lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
