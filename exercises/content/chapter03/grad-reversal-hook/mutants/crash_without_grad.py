# misconception: no-gradient-crash
# fails: test_no_gradient_needed, test_float32


def reverse(x, lam):
    y = x.view_as(x)
    y.register_hook(lambda g: -lam * g)
    return y
