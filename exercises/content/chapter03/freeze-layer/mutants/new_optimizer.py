# misconception: by-hand
# fails: test_momentum, test_leftover_gradients, test_unfrozen_again, test_any_layer, test_float32


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    settings = {key: value for key, value in opt.param_groups[0].items() if key in ("lr", "momentum", "weight_decay")}
    type(opt)([p for p in model.parameters() if p.requires_grad], **settings).step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
