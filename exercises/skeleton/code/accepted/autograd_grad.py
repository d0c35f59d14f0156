# why: torch.autograd.grad returns the gradient without filling .grad
import torch


def gradient_of_squares(x):
    leaf = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(leaf.pow(2).sum(), leaf)
    return gradient
