# why: Runs the program and answers with torch.Size.
import torch


def predict(n):
    prediction = torch.ones(n, 1) @ torch.ones(1)
    difference = prediction - torch.ones(n, 1)
    return prediction.shape, difference.shape, difference.numel()
