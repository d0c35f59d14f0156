# misconception: linear-only
# fails: test_shared_weight
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}
    others = {n: p.detach() for n, p in model.named_parameters(remove_duplicate=False) if n not in params}

    def loss(params, x, t):
        both = {**others, **params}
        return loss_fn(functional_call(model, both, (x[None],), tie_weights=False), t[None])

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
