# why: A zero leaf is added to every output; its gradient is the output's.
import torch


def activation_grads(layers, x, loss_fn):
    zeros = []
    h = x
    for layer in layers:
        h = layer(h)
        zeros.append(torch.zeros_like(h, requires_grad=True))
        h = h + zeros[-1]
    loss_fn(h).backward()
    return [z.grad for z in zeros]
