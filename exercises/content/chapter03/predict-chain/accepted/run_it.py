# why: Runs the program instead of thinking about it; for a file that is fair.
import torch


def predict(x, c):
    leaf = torch.tensor(x, requires_grad=True)
    y = leaf + c
    z = y * y
    z.backward()
    return leaf.grad, y.grad, z.grad
