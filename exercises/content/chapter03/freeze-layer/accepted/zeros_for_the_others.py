# why: Zero gradients for the others, None for the frozen layer.


def step_frozen(model, i, opt, X, y):
    layer = model[i]
    flags = {}
    for p in layer.parameters():
        flags[p] = p.requires_grad
        p.requires_grad = False
        p.grad = None
    for p in model.parameters():
        if p.grad is not None:
            p.grad.zero_()
    error = model(X) - y
    error.square().mean().backward()
    opt.step()
    for p, flag in flags.items():
        p.requires_grad = flag
