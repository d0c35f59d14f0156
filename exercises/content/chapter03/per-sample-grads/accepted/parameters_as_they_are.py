# why: Parameters not detached, buffers passed as well, batches of one made outside of vmap, grad_and_value.
from torch.func import functional_call, grad_and_value, vmap


def per_sample(model, loss_fn, X, y):
    state = dict(model.named_parameters()), dict(model.named_buffers())

    def row_loss(params, buffers, xb, yb):
        output = functional_call(model, (params, buffers), args=(xb,))
        return loss_fn(output, yb)

    each = vmap(grad_and_value(row_loss), in_dims=(None, None, 0, 0))
    grads, _ = each(*state, X.unsqueeze(1), y.unsqueeze(1))
    return {name: g.detach() for name, g in grads.items()}
