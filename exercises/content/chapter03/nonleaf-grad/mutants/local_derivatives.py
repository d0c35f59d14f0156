# misconception: not-the-gradient
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls
import torch


def activation_grads(layers, x, loss_fn):
    grads = []
    h = x
    for layer in layers:
        into = h.detach().requires_grad_()
        out = layer(into)
        grads.append(torch.autograd.grad(out.sum(), into)[0])
        h = layer(h)
    loss_fn(h).backward()
    return grads
