# misconception: touches-parameter
# fails: test_parameters_untouched, test_next_backward


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else p.detach().zero_()
