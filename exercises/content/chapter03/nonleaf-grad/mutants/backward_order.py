# misconception: wrong-order
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn):
    grads = []
    h = x
    for layer in layers:
        h = layer(h)
        h.register_hook(lambda grad: grads.append(grad))
    loss_fn(h).backward()
    return grads
