# misconception: flags-changed
# fails: test_x_clean


def activation_grads(layers, x, loss_fn):
    x.requires_grad_(True)
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    x.requires_grad_(False)
    return [output.grad for output in outputs]
