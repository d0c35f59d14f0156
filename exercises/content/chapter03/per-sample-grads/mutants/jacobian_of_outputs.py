# misconception: wrong-variable
# fails: test_values, test_sizes, test_other_losses
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}

    def total(params, x):
        return functional_call(model, params, (x[None],)).sum()

    return vmap(grad(total), in_dims=(None, 0))(params, X)
