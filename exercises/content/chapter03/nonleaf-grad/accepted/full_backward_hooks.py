# why: Backward hooks of the modules see the gradient of their output; with a module that is there twice they need care.


def activation_grads(layers, x, loss_fn):
    grads = []
    handles = []
    for layer in layers:
        handles.append(layer.register_full_backward_hook(lambda module, gi, go: grads.append(go[0].detach())))
    h = x
    for layer in layers:
        h = layer(h)
    loss_fn(h).backward()
    for handle in handles:
        handle.remove()
    grads.reverse()
    return grads
