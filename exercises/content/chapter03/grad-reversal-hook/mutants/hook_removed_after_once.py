# misconception: hook-on-x
# fails: test_other_branch, test_upstream_unchanged, test_two_calls, test_shapes


def reverse(x, lam):
    if not x.requires_grad:
        return x

    def hook(grad):
        handle.remove()
        return -lam * grad

    handle = x.register_hook(hook)
    return x.view_as(x)
