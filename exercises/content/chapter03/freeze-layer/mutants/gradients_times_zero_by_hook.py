# misconception: zero-gradient
# fails: test_momentum, test_leftover_gradients, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    handles = [p.register_hook(lambda g: g * 0) for p in model[i].parameters() if p.requires_grad]
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for handle in handles:
        handle.remove()
