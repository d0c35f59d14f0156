# misconception: no-gradient-crash
# fails: test_no_gradient_needed, test_float32


def reverse(x, lam):
    if x.requires_grad:
        y = x.view_as(x)
        y.register_hook(lambda g: -lam * g)
        return y
