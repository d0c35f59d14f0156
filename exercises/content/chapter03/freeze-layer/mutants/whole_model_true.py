# misconception: stays-frozen
# fails: test_flags_restored


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    for number, layer in enumerate(model):
        layer.requires_grad_(number != i)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
