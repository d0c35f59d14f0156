import torch


def activation_grads(layers, x, loss_fn):
    """The gradient of the loss with respect to every layer's output, first layer first.

    layers   list of modules; h = layer(h) for each
    x        input of the first layer; does not require grad
    loss_fn  takes the last output and returns the scalar loss
    """
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        outputs.append(h)
    loss_fn(h).backward()
    return [output.grad for output in outputs]  # why are these all None?
