# misconception: parameters-left-out
# fails: test_parameter_gradients, test_any_network, test_float32


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward(inputs=outputs)
    return [output.grad for output in outputs]
