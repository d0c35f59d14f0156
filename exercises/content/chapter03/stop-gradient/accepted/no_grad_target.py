# why: no_grad around the target alone; the target comes first.
import torch


def consistency(f, x, noise):
    with torch.no_grad():
        target = f(x)
    return torch.mean(torch.square(f(x + noise) - target))
