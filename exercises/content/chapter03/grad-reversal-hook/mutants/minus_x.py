# misconception: forward-changed
# fails: test_forward, test_other_branch, test_no_gradient_needed, test_any_lam, test_shapes, test_float32


def reverse(x, lam):
    y = -x
    if y.requires_grad:
        y.register_hook(lambda g: lam * g)
    return y
