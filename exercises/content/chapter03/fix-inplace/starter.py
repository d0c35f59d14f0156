import torch


def scaled_sigmoid(x, k):
    """k · sigmoid(x), differentiable with respect to x; x stays unchanged."""
    h = torch.sigmoid(x)
    h *= k  # saves a tensor, and breaks backward()
    return h
