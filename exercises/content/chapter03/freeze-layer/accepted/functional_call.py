# why: Layer i is called with detached copies of its parameters: no flag is ever touched.
import torch
from torch.func import functional_call


def step_frozen(model, i, opt, X, y):
    opt.zero_grad()
    h = X
    for number, layer in enumerate(model):
        if number == i:
            constants = {name: p.detach() for name, p in layer.named_parameters()}
            h = functional_call(layer, constants, (h,))
        else:
            h = layer(h)
    loss = torch.mean(torch.square(h - y))
    if loss.requires_grad:
        loss.backward()
    opt.step()
