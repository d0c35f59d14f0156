# misconception: memory-lost
# fails: test_unfrozen_again


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad()
    for p in model[i].parameters():
        opt.state.pop(p, None)
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
