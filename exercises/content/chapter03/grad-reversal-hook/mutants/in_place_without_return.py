# misconception: in-place-hook
# fails: test_upstream_unchanged


def reverse(x, lam):
    y = x.view_as(x)

    def hook(grad):
        grad *= -lam

    if y.requires_grad:
        y.register_hook(hook)
    return y
