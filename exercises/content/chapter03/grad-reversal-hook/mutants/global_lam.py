# misconception: shared-lam
# fails: test_two_calls, test_shapes
LAM = 1.0


def hook(grad):
    return -LAM * grad


def reverse(x, lam):
    global LAM
    LAM = lam
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(hook)
    return y
