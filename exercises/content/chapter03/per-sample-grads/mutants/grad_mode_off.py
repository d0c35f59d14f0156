# misconception: changes-more
# fails: test_nothing_else_changed
import torch
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    torch.set_grad_enabled(False)
    params = {n: p for n, p in model.named_parameters()}

    def loss(params, x, t):
        with torch.enable_grad():
            return loss_fn(functional_call(model, params, (x[None],)), t[None])

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
