# misconception: uses-autograd
# fails: test_step, test_black_box, test_calls, test_x_untouched, test_float32
import torch


def numgrad(f, x, eps=1e-6):
    point = x.detach().clone().requires_grad_()
    f(point).backward()
    return point.grad
