# why: A new tensor with the target's numbers.
import torch


def consistency(f, x, noise):
    noisy = f(noise + x)
    target = torch.tensor(f(x).tolist(), dtype=noisy.dtype)
    return ((noisy - target) ** 2).mean()
