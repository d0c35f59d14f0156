# misconception: wrong-layer
# fails: test_other_layers, test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model.parameters()]
    for layer in model[: i + 1]:
        layer.requires_grad_(False)
    opt.zero_grad()
    loss = ((model(X) - y) ** 2).mean()
    if loss.requires_grad:
        loss.backward()
    opt.step()
    for p, flag in zip(model.parameters(), flags):
        p.requires_grad_(flag)
