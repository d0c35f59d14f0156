# misconception: parameters-unfrozen
# fails: test_params_untouched
import torch


def jac(f, x):
    params = list(f.parameters()) if isinstance(f, torch.nn.Module) else []
    for param in params:
        param.requires_grad_(False)
    z = x.detach().requires_grad_()
    y = f(z)
    J = torch.stack([torch.autograd.grad(item, z, retain_graph=True)[0] for item in y])
    for param in params:
        param.requires_grad_(True)
    return J
