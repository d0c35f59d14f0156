# misconception: wrong-scale
# fails: test_values, test_sizes, test_other_losses
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}

    def loss(params, x, t):
        out = functional_call(model, params, (x[None],))
        return loss_fn(out, t[None]) * out.numel()

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
