# misconception: stays-frozen
# fails: test_flags_restored


def step_frozen(model, i, opt, X, y):
    flag = next((p.requires_grad for p in model[i].parameters()), True)
    model[i].requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    model[i].requires_grad_(flag)
