# why: inference_mode stops recording as well; subtracting its result is allowed.
import torch


def consistency(f, x, noise):
    with torch.inference_mode():
        target = f(x)
    difference = f(x + noise) - target
    return (difference * difference).sum() / difference.numel()
