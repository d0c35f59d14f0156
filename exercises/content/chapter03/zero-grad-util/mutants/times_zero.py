# misconception: times-zero
# fails: test_any_gradient, test_after_create_graph


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else p.grad * 0
