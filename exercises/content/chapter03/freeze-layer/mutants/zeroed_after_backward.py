# misconception: zero-gradient
# fails: test_momentum, test_leftover_gradients, test_no_wasted_gradient, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    for p in model[i].parameters():
        if p.grad is not None:
            p.grad.zero_()
    opt.step()
