# misconception: cuts-path
# fails: test_other_layers, test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    h = X
    for number, layer in enumerate(model):
        h = layer(h)
        if number == i:
            h = h.detach()
    loss = ((h - y) ** 2).mean()
    if loss.requires_grad:
        loss.backward()
    opt.step()
