# misconception: changes-more
# fails: test_nothing_else_changed
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.requires_grad_(False) for n, p in model.named_parameters()}

    def loss(params, x, t):
        return loss_fn(functional_call(model, params, (x[None],)), t[None])

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
