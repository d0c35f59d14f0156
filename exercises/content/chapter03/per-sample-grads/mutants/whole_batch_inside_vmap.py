# misconception: batch-gradient
# fails: test_values, test_sizes, test_other_losses
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}

    def loss(params, row):
        return loss_fn(functional_call(model, params, (X,)), y) + 0 * row.sum()

    return vmap(grad(loss), in_dims=(None, 0))(params, X)
