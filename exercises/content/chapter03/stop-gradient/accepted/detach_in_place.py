# why: Cuts f's result off in place.
import torch


def consistency(f, x, noise):
    target = f(x)
    target.detach_()
    noisy = f(torch.add(x, noise))
    return (target - noisy).pow(2).mean()
