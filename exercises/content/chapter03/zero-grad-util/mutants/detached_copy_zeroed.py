# misconception: keeps-graph
# fails: test_after_create_graph


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None:
            continue
        if set_to_none:
            p.grad = None
        else:
            p.grad.detach().zero_()
