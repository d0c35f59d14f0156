# misconception: loses-precision
# fails: test_trajectory, test_any_loss
import torch


def train(params, loss_fn, lr, steps):
    lr = torch.tensor(lr)  # float32, whatever the parameters are
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
    return losses
