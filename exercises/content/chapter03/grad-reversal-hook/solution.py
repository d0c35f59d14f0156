"""A hook on a new view: the view belongs to this branch alone."""


def reverse(x, lam):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda grad: -lam * grad)
    return y
