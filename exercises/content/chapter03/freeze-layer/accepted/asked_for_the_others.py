# why: autograd.grad computes only what it is asked for, and nothing else is put in .grad.
import torch


def step_frozen(model, i, opt, X, y):
    frozen = set(model[i].parameters())
    wanted = [p for p in model.parameters() if p not in frozen and p.requires_grad]
    opt.zero_grad()
    loss = ((model(X) - y) ** 2).mean()
    if wanted:
        for p, g in zip(wanted, torch.autograd.grad(loss, wanted)):
            p.grad = g
    opt.step()
