# misconception: uses-autograd
# fails: test_step, test_black_box, test_calls, test_x_untouched
import torch


def numgrad(f, x, eps=1e-6):
    point = x.detach().clone().requires_grad_()
    try:
        return torch.autograd.grad(f(point), point)[0]
    except RuntimeError:
        pass
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad
