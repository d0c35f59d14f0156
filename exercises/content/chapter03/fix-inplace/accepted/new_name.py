# why: A new tensor under the old name.
import torch
import torch.nn as nn


def scaled_sigmoid(x, k):
    h = nn.Sigmoid()(x)
    h = torch.mul(h, k)
    return h
