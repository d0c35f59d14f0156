# misconception: gradient-altered
# fails: test_gradient, test_upstream_unchanged, test_two_calls, test_x_later, test_shapes, test_float32


def reverse(x, lam):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: -lam * g.abs())
    return y
