# why: p.grad.data is a detached view of the gradient; zeroed, it becomes the gradient.


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else p.grad.data.zero_()
