# why: Switches recording off and on again.
import torch


def consistency(f, x, noise):
    noisy = f(x + noise)
    recording = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        target = f(x)
    finally:
        torch.set_grad_enabled(recording)
    return torch.dist(noisy, target, 2) ** 2 / noisy.numel()
