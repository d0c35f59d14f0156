# misconception: not-the-gradient
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn):
    grads = [None] * len(layers)
    h = x
    for index, layer in enumerate(layers):
        h = layer(h)

        def keep(grad):
            grads[index] = grad

        h.register_hook(keep)
    loss_fn(h).backward()
    return grads
