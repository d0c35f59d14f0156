# why: The definition; it fails only where exp overflows, which is advice.
import torch


def scaled_sigmoid(x, k):
    return k / (1 + torch.exp(-x))
