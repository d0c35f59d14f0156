# misconception: other-function
# fails: test_any_factor
import torch


def scaled_sigmoid(x, k):
    return torch.sigmoid(x) / (1 / k)
