# misconception: flags-changed
# fails: test_layers_clean, test_two_calls
import torch


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    with torch.no_grad():
        for layer in layers:
            for p in layer.parameters():
                p -= 0.01 * p.grad
    return [output.grad for output in outputs]
