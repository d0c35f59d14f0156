# misconception: times-zero
# fails: test_any_gradient


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None:
            continue
        if set_to_none:
            p.grad = None
        else:
            p.grad.detach_()
            p.grad -= p.grad.clone()
