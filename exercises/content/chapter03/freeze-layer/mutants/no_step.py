# misconception: other-step
# fails: test_other_layers, test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
