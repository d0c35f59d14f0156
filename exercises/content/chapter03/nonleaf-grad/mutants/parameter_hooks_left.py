# misconception: hooks-left
# fails: test_layers_clean


def activation_grads(layers, x, loss_fn):
    for layer in layers:
        for p in layer.parameters():
            p.register_hook(lambda grad: None)
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    return [output.grad for output in outputs]
