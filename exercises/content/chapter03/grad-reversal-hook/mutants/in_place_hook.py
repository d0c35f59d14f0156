# misconception: in-place-hook
# fails: test_upstream_unchanged


def reverse(x, lam):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: g.mul_(-lam))
    return y
