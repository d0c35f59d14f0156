# why: The sigmoid as a softmax over x and 0.
import torch


def scaled_sigmoid(x, k):
    return torch.stack([x, torch.zeros_like(x)]).softmax(0)[0] * k
