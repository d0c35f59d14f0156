# misconception: linear-only
# fails: test_values, test_sizes, test_other_losses
import torch
from torch import nn


def per_sample(model, loss_fn, X, y):
    names = {module: name for name, module in model.named_modules()}
    inputs, outputs, handles = {}, {}, []
    for module in model.modules():
        if isinstance(module, nn.Linear):

            def keep(module, args, output):
                inputs[module], outputs[module] = args[0].detach(), output

            handles.append(module.register_forward_hook(keep))
    loss = loss_fn(model(X), y) * len(X)
    for handle in handles:
        handle.remove()
    modules = list(outputs)
    result = {}
    for module, g in zip(modules, torch.autograd.grad(loss, [outputs[m] for m in modules])):
        prefix = names[module] + "." if names[module] else ""
        result[prefix + "weight"] = g.unsqueeze(2) * inputs[module].unsqueeze(1)
        result[prefix + "bias"] = g
    return result
