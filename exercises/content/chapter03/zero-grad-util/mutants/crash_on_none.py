# misconception: zero-on-none
# fails: test_missing_gradients, test_after_create_graph, test_parameters_untouched, test_next_backward


def zero_grad(params, set_to_none=True):
    for p in params:
        if set_to_none:
            p.grad = None
        else:
            p.grad.detach_()
            p.grad.zero_()
