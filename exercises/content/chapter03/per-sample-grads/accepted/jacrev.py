# why: The Jacobian of the vector of losses.
from torch.func import functional_call, jacrev, vmap


def per_sample(model, loss_fn, X, y):
    def losses(params):
        return vmap(lambda x, t: loss_fn(functional_call(model, params, (x[None],)), t[None]))(X, y)

    return jacrev(losses)({n: p.detach() for n, p in model.named_parameters()})
