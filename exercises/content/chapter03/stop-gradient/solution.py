"""The target is f's output, detached."""


def consistency(f, x, noise):
    noisy = f(x + noise)
    target = f(x).detach()
    return ((noisy - target) ** 2).mean()
