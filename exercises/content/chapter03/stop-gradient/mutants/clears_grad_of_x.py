# misconception: touches-arguments
# fails: test_nothing_touched


def consistency(f, x, noise):
    if x.grad is not None:
        x.grad.zero_()
    target = f(x).detach()
    return ((f(x + noise) - target) ** 2).mean()
