# why: The sigmoid by way of tanh.
import torch


def scaled_sigmoid(x, k):
    return k * (torch.tanh(x / 2) + 1) / 2
