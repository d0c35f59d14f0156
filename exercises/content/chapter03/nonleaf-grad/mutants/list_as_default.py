# misconception: kept-between-calls
# fails: test_layers_clean, test_x_clean, test_any_network, test_float32, test_two_calls


def activation_grads(layers, x, loss_fn, outputs=[]):
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    return [output.grad for output in outputs]
