# misconception: fills-grad
# fails: test_params_untouched
import torch


def jac(f, x):
    params = list(f.parameters()) if isinstance(f, torch.nn.Module) else []
    old = [param.grad for param in params]
    for param in params:
        param.grad = None
    z = x.detach().requires_grad_()
    rows = []
    for item in f(z):
        z.grad = None
        item.backward(retain_graph=True)
        rows.append(z.grad)
    for param, grad in zip(params, old):
        param.grad = grad
    return torch.stack(rows)
