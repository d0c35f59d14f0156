# misconception: wrong-factor
# fails: test_any_lam


def reverse(x, lam):
    factor = lam or 1.0
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: -factor * g)
    return y
