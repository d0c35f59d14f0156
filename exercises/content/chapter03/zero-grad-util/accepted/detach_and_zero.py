# why: Detaches the old gradient in place and zeroes it, as torch.optim does.


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            if set_to_none:
                p.grad = None
            else:
                p.grad.detach_()
                p.grad.zero_()
