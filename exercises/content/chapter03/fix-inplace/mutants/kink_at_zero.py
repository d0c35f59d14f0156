# misconception: wrong-at-zero
# fails: test_gradient, test_float32
import torch


def scaled_sigmoid(x, k):
    e = torch.exp(-x.abs())
    return k * torch.where(x >= 0, 1 / (1 + e), e / (1 + e))
