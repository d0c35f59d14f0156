# misconception: zero-gradient
# fails: test_momentum, test_leftover_gradients, test_unfrozen_again, test_float32


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad(set_to_none=False)
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
