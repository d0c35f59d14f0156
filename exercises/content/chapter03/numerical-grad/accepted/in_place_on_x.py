# why: Moves x itself and puts the remembered value back.
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.empty_like(x)
    flat_x = x.view(-1)
    flat_grad = grad.view(-1)
    for i in range(len(flat_x)):
        old = flat_x[i].clone()
        flat_x[i] = old + eps
        up = f(x).item()
        flat_x[i] = old - eps
        down = f(x).item()
        flat_x[i] = old
        flat_grad[i] = (up - down) / (2 * eps)
    return grad
