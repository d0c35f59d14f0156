# misconception: hooks-left
# fails: test_layers_clean


def activation_grads(layers, x, loss_fn):
    outputs = []

    def keep(module, args, output):
        output.retain_grad()
        outputs.append(output)

    for layer in layers:
        layer.register_forward_hook(keep)
    h = x
    for layer in layers:
        h = layer(h)
    loss_fn(h).backward()
    return [output.grad for output in outputs]
