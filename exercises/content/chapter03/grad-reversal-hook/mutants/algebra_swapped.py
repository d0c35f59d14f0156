# misconception: detach-algebra
# fails: test_gradient, test_other_branch, test_upstream_unchanged, test_two_calls, test_x_later, test_no_gradient_needed, test_any_lam, test_shapes, test_float32


def reverse(x, lam):
    return (1 + lam) * x - lam * x.detach()
