# misconception: hooks-left
# fails: test_layers_clean


def activation_grads(layers, x, loss_fn):
    grads = {}
    for index, layer in enumerate(layers):
        handle = layer.register_full_backward_hook(lambda m, gi, go, index=index: grads.__setitem__(index, go[0]))
    h = x
    for layer in layers:
        h = layer(h)
    loss_fn(h).backward()
    handle.remove()
    return [grads[index] for index in range(len(layers))]
