# misconception: thrown-away
# fails: test_no_wasted_gradient


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    for p in model[i].parameters():
        p.grad = None
    opt.step()
