# misconception: parameter-gradients
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn):
    h = x
    for layer in layers:
        h = layer(h)
    loss_fn(h).backward()
    return [layer.weight.grad for layer in layers if hasattr(layer, "weight")]
