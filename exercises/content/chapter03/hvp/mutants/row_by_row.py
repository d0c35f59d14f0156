# misconception: full-hessian
# fails: test_no_hessian
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    flat = g.reshape(-1)
    rows = [(torch.autograd.grad(item, z, retain_graph=True)[0] * v).sum() for item in flat]
    return torch.stack(rows).reshape(x.shape)
