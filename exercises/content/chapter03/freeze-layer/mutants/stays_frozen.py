# misconception: stays-frozen
# fails: test_flags_restored


def step_frozen(model, i, opt, X, y):
    model[i].requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
