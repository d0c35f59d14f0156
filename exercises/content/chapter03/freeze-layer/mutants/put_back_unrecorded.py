# misconception: put-back
# fails: test_unfrozen_again
import torch


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    saved = [p.detach().clone() for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad(set_to_none=False)
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
    with torch.no_grad():
        for p, old, flag in zip(model[i].parameters(), saved, flags):
            p.copy_(old)
            p.requires_grad_(flag)
