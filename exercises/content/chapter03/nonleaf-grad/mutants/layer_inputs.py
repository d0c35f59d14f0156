# misconception: inputs-instead
# fails: test_values, test_order, test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn):
    x.requires_grad_()
    inputs = []
    h = x
    for layer in layers:
        h.retain_grad()
        inputs.append(h)
        h = layer(h)
    loss_fn(h).backward()
    return [h.grad for h in inputs]
