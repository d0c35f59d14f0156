# misconception: wrong-layer
# fails: test_frozen_layer, test_momentum, test_leftover_gradients, test_flags_restored, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    model[i].requires_grad = False
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    model[i].requires_grad = True
