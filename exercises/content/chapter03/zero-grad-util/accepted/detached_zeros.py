# why: A detached clone of the gradient, filled with zeros.


def zero_grad(params, set_to_none=True):
    with_grad = [p for p in params if p.grad is not None]
    for p in with_grad:
        p.grad = p.grad.detach().clone().fill_(0) if not set_to_none else None
