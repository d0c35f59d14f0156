# why: One fused operation.
import torch


def scaled_sigmoid(x, k):
    return torch.addcmul(torch.zeros_like(x), torch.sigmoid(x), torch.ones_like(x), value=k)
