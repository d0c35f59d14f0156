# misconception: missing-layers
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls
import torch


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    return torch.cat([output.grad.flatten() for output in outputs])
