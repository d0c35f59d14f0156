# why: Hooks fire from the back, and each puts its gradient in front.


def activation_grads(layers, x, loss_fn):
    grads = []
    h = x
    for layer in layers:
        h = layer(h)
        h.register_hook(lambda grad: grads.insert(0, grad.clone()))
    loss_fn(h).backward()
    return grads
