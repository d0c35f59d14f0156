# misconception: other-loss
# fails: test_values, test_order, test_parameter_gradients, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn):
    grads = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        loss_fn(h).backward(retain_graph=True)
        grads.append(h.grad)
    return grads
