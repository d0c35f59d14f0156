# misconception: loses-precision
# fails: test_float32
from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {n: p.detach().double() for n, p in model.named_parameters()}
    X = X.double() if X.is_floating_point() else X
    y = y.double() if y.is_floating_point() else y

    def loss(params, x, t):
        return loss_fn(functional_call(model, params, (x[None],)), t[None])

    return vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
