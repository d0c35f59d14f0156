# misconception: whole-jacobian
# fails: test_one_backward
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    y = f(point)
    eye = torch.eye(y.numel(), dtype=y.dtype).reshape(-1, *y.shape)
    (rows,) = torch.autograd.grad(y, point, eye, is_grads_batched=True)
    return torch.tensordot(v.reshape(-1), rows, dims=1)
