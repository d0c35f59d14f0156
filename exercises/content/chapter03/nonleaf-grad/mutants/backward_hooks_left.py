# misconception: hooks-left
# fails: test_layers_clean


def activation_grads(layers, x, loss_fn):
    grads = []
    for layer in layers:
        layer.register_full_backward_hook(lambda module, grad_input, grad_output: grads.append(grad_output[0]))
    h = x
    for layer in layers:
        h = layer(h)
    loss_fn(h).backward()
    return grads[::-1]
