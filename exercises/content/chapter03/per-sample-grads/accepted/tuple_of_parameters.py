# why: grad over a tuple of tensors, names put back at the end.
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    names = [n for n, _ in model.named_parameters()]
    values = tuple(p.data for p in model.parameters())

    def loss(xt, *values):
        x, t = xt
        return loss_fn(functional_call(model, dict(zip(names, values)), x.unsqueeze(0)), t.unsqueeze(0))

    nones = tuple(None for _ in values)
    gs = vmap(grad(loss, argnums=tuple(range(1, len(values) + 1))), in_dims=((0, 0), *nones))((X, y), *values)
    return dict(zip(names, gs))
