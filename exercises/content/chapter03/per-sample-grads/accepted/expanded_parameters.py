# why: Every row gets parameters of its own; then the sum of the losses has all rows' gradients.
import torch
from torch.func import functional_call, vmap


def per_sample(model, loss_fn, X, y):
    own = {n: p.detach().repeat(len(X), *[1] * p.dim()).requires_grad_() for n, p in model.named_parameters()}
    losses = vmap(lambda p, x, t: loss_fn(functional_call(model, p, (x[None],)), t[None]))(own, X, y)
    grads = torch.autograd.grad(losses.sum(), list(own.values()), materialize_grads=True)
    return dict(zip(own, grads))
