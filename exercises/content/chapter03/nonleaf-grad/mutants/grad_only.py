# misconception: parameters-left-out
# fails: test_parameter_gradients, test_any_network, test_float32
import torch


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        outputs.append(h)
    return list(torch.autograd.grad(loss_fn(h), outputs))
