# why: Asks for activations and parameters at once and puts the parameters' share in its place.
import torch


def activation_grads(layers, x, loss_fn):
    params = []
    for layer in layers:
        for p in layer.parameters():
            if p.requires_grad and not any(p is q for q in params):
                params.append(p)
    hs = []
    h = x
    for layer in layers:
        h = layer(h)
        hs.append(h)
    found = torch.autograd.grad(loss_fn(h), hs + params)
    for p, g in zip(params, found[len(hs):]):
        p.grad = g if p.grad is None else p.grad + g
    return list(found[: len(hs)])
