# misconception: first-pass-only
# fails: test_x_later


def reverse(x, lam):
    y = x.view_as(x)
    if y.requires_grad:

        def hook(grad):
            handle.remove()
            return -lam * grad

        handle = y.register_hook(hook)
    return y
