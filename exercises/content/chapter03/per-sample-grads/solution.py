"""One loss as a function of the parameters and one row; its gradient, vectorised over the rows."""

from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    params = {name: param.detach() for name, param in model.named_parameters()}

    def loss_of_row(params, x, target):
        # vmap took the rows' dimension away; model and loss_fn want a batch, if only of one.
        return loss_fn(functional_call(model, params, (x.unsqueeze(0),)), target.unsqueeze(0))

    return vmap(grad(loss_of_row), in_dims=(None, 0, 0))(params, X, y)
