# misconception: flags-changed
# fails: test_layers_clean


def activation_grads(layers, x, loss_fn):
    outputs = []
    h = x
    for layer in layers:
        h = layer.eval()(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    return [output.grad for output in outputs]
