from torch.func import functional_call, grad, vmap


def per_sample(model, loss_fn, X, y):
    """The gradient of each row's loss, for each parameter.

    model, loss_fn  loss_fn(model(X), y) is a mean loss over the rows
    returns         {name: tensor of shape (N, *param.shape)}, names as in model.named_parameters()
    """
    params = {name: param.detach() for name, param in model.named_parameters()}

    def loss_of_row(params, x, target):
        # functional_call(model, params, (batch,)) is model(batch) with these parameters.
        ...

    # grad(loss_of_row) is a function as well. Over which of its arguments does vmap run?
    return {}
