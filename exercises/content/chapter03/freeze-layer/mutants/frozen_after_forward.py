# misconception: thrown-away
# fails: test_no_wasted_gradient


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    loss = ((model(X) - y) ** 2).mean()
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    loss.backward()
    for p in model[i].parameters():
        p.grad = None
    opt.step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
