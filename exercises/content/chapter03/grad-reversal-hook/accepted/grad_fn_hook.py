# why: A hook on the new node of the graph instead of its tensor.


def reverse(x, lam):
    y = x + 0
    if y.grad_fn is not None:
        y.grad_fn.register_hook(lambda grad_inputs, grad_outputs: tuple(
            None if g is None else -lam * g for g in grad_inputs
        ))
    return y
