# misconception: no-detach
# fails: test_gradient_of_f, test_gradient_of_x, test_further_back, test_nothing_touched, test_other_sizes


def consistency(f, x, noise):
    noisy = f(x + noise)
    target = f(x)
    return ((noisy - target) ** 2).mean()
