# misconception: extra-forward
# fails: test_one_forward
import torch
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}

    def gradient_of(name):
        def loss(value, x, t):
            return loss_fn(functional_call(model, {**params, name: value}, (x[None],)), t[None])

        return vmap(grad(loss), in_dims=(None, 0, 0))(params[name], X, y)

    return {n: gradient_of(n) for n in params}
