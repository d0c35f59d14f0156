# why: Runs the program instead of thinking about it; for a file that is fair.
import torch


def predict(x, k, c, a, b):
    leaf = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    y = leaf * k
    z = y.detach()
    z += c
    (y * a + z * b).backward()
    return y.item(), z.requires_grad, leaf.grad.item()
