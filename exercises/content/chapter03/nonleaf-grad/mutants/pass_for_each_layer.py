# misconception: twice
# fails: test_parameter_gradients, test_any_network, test_float32


def activation_grads(layers, x, loss_fn):
    grads = []
    for wanted in range(len(layers)):
        h = x
        for index, layer in enumerate(layers):
            h = layer(h)
            if index == wanted:
                h.retain_grad()
                kept = h
        loss_fn(h).backward()
        grads.append(kept.grad)
    return grads
