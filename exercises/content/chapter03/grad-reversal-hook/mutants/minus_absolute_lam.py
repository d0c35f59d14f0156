# misconception: wrong-factor
# fails: test_two_calls, test_any_lam


def reverse(x, lam):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: -abs(lam) * g)
    return y
