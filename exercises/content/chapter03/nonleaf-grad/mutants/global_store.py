# misconception: kept-between-calls
# fails: test_any_network
GRADS = {}


def activation_grads(layers, x, loss_fn):
    h = x
    for index, layer in enumerate(layers):
        h = layer(h)
        h.register_hook(lambda grad, index=index: GRADS.__setitem__(index, grad.clone()))
    loss_fn(h).backward()
    return [GRADS[index] for index in sorted(GRADS)]
