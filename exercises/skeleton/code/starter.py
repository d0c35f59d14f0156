import torch


def gradient_of_squares(x):
    """Return the gradient of the sum of squares of x, a tensor of x's shape."""
    return torch.zeros_like(x)
