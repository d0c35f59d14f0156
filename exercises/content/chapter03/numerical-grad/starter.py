import torch


def numgrad(f, x, eps=1e-6):
    """The gradient of f at x, measured by central differences.

    f    takes a tensor like x and returns a 0-d tensor; nothing else is known of it
    x    float tensor of any shape; afterwards it is as it was
    eps  how far an element is moved to either side
    """
    grad = torch.zeros_like(x)
    # For each element of x:
    # 1. Ask f with this element moved by +eps, then by -eps, all others in their places.
    # 2. Divide the difference of the two answers by the distance of the two points.
    # 3. Write it to the same place of grad.
    return grad
