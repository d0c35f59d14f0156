# misconception: thrown-away
# fails: test_no_wasted_gradient


def step_frozen(model, i, opt, X, y):
    frozen = {id(p) for p in model[i].parameters()}
    groups = [list(group["params"]) for group in opt.param_groups]
    for group in opt.param_groups:
        group["params"] = [p for p in group["params"] if id(p) not in frozen]
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for group, params in zip(opt.param_groups, groups):
        group["params"] = params
