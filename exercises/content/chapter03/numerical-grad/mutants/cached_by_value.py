# misconception: some-elements
# fails: test_vector
import torch


def numgrad(f, x, eps=1e-6):
    slopes = {}
    grad = torch.zeros_like(x)
    for i, value in enumerate(x.reshape(-1).tolist()):
        if value not in slopes:
            step = torch.zeros(x.numel(), dtype=x.dtype)
            step[i] = eps
            step = step.reshape(x.shape)
            slopes[value] = (f(x + step) - f(x - step)) / (2 * eps)
        grad.view(-1)[i] = slopes[value]
    return grad
