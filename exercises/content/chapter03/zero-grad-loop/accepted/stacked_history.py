# why: Collects detached tensors and turns them into floats at the end.
import torch


def train(params, loss_fn, lr, steps):
    history = []
    for _ in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        history.append(loss.detach())
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    p.add_(-lr * p.grad)
    return torch.stack(history).tolist() if history else []
