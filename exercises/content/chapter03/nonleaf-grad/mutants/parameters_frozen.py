# misconception: flags-changed
# fails: test_layers_clean, test_two_calls


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    for layer in layers:
        layer.requires_grad_(False)
    return [output.grad for output in outputs]
