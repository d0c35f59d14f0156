# misconception: other-loss
# fails: test_batch_of_one, test_other_models, test_other_losses
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach() for n, p in model.named_parameters()}

    def loss(params, x, t):
        return ((functional_call(model, params, (x[None],)) - t[None]) ** 2).mean()

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
