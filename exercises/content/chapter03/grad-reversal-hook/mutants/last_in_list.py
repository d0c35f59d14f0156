# misconception: shared-lam
# fails: test_two_calls, test_shapes
LAMS = []


def reverse(x, lam):
    LAMS.append(lam)
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: -LAMS[-1] * g)
    return y
