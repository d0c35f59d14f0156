# misconception: other-branches
# fails: test_two_calls


def consistency(f, x, noise):
    assert f(x).shape[0] == len(x)
    noisy = f(x + noise)
    target = f(x).detach()
    return ((noisy - target) ** 2).mean()
