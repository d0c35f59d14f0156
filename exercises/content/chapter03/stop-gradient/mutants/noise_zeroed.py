# misconception: touches-arguments
# fails: test_nothing_touched


def consistency(f, x, noise):
    noisy = f(x + noise)
    target = f(x).detach()
    noise.zero_()
    return ((noisy - target) ** 2).mean()
