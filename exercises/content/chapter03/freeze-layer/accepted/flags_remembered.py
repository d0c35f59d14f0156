# why: Flags first, optimizer's own zero_grad, mse_loss.
import torch.nn.functional as F


def step_frozen(model, i, opt, X, y):
    flags = [p.requires_grad for p in model[i].parameters()]
    model[i].requires_grad_(False)
    opt.zero_grad()
    loss = F.mse_loss(model(X), y)
    loss.backward()
    opt.step()
    for p, flag in zip(model[i].parameters(), flags):
        p.requires_grad = flag
