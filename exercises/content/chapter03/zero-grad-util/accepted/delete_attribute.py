# why: del p.grad leaves None behind.


def zero_grad(params, set_to_none=True):
    for p in params:
        had_gradient = p.grad is not None
        del p.grad
        if had_gradient and not set_to_none:
            p.grad = p.new_zeros(p.shape)
