# misconception: touches-arguments
# fails: test_nothing_touched


def consistency(f, x, noise):
    if not x.requires_grad:
        x.requires_grad_()
    noisy = f(x + noise)
    target = f(x).detach()
    return ((noisy - target) ** 2).mean()
