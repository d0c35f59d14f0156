# why: Clears before freezing, in any order that comes before the backward pass.
import torch


def step_frozen(model, i, opt, X, y):
    opt.zero_grad(set_to_none=True)
    saved = {name: p.requires_grad for name, p in model.named_parameters()}
    for name, p in model.named_parameters():
        if name.split(".")[0] == str(i):
            p.requires_grad = False
    loss = torch.nn.MSELoss()(model(X), y)
    for p in model[i].parameters():
        p.requires_grad = saved[[n for n, q in model.named_parameters() if q is p][0]]
    loss.backward()
    opt.step()
