"""The product is a new tensor, so sigmoid's saved output stays as it is."""

import torch


def scaled_sigmoid(x, k):
    return k * torch.sigmoid(x)
