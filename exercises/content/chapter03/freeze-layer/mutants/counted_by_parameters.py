# misconception: wrong-layer
# fails: test_other_layers, test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer


def step_frozen(model, i, opt, X, y):
    layers = [layer for layer in model if list(layer.parameters())]
    layer = layers[min(i, len(layers) - 1)]
    flags = [p.requires_grad for p in layer.parameters()]
    layer.requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for p, flag in zip(layer.parameters(), flags):
        p.requires_grad_(flag)
