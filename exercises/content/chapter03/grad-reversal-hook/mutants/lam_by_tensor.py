# misconception: shared-lam
# fails: test_two_calls
LAMS = {}


def reverse(x, lam):
    LAMS[id(x)] = lam
    key = id(x)
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: -LAMS[key] * g)
    return y
