# misconception: old-gradients
# fails: test_leftover_gradients


def step_frozen(model, i, opt, X, y):
    for p in model.parameters():
        if p.requires_grad:
            p.grad = None
    frozen = [p for p in model[i].parameters() if p.requires_grad]
    for p in frozen:
        p.requires_grad_(False)
        p.grad = None
    try:
        ((model(X) - y) ** 2).mean().backward()
        opt.step()
    finally:
        for p in frozen:
            p.requires_grad_(True)
