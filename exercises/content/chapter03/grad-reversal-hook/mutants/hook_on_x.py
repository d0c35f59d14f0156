# misconception: hook-on-x
# fails: test_other_branch, test_upstream_unchanged, test_two_calls, test_x_later, test_shapes


def reverse(x, lam):
    if x.requires_grad:
        x.register_hook(lambda g: -lam * g)
    return x
