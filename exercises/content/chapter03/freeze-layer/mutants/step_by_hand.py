# misconception: by-hand
# fails: test_momentum, test_leftover_gradients, test_unfrozen_again, test_any_layer, test_float32
import torch


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= opt.param_groups[0]["lr"] * p.grad
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad_(flag)
